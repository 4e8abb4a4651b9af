// SPDX-License-Identifier: Apache-2.0
//! What the threads record, as bench/README.md defines it. Knows nothing of the client.

pub const RING_SIZE: usize = 16384;
pub const RING_STEP: usize = 2048;
pub const BOUNDS9: [f64; 9] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0];
pub const BOUNDS20: [f64; 20] = [
    0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0,
    10.0, 20.0, 30.0, 40.0, 50.0,
];
pub const LABEL_NAMES: [&str; 5] = [
    "db_system_name",
    "db_namespace",
    "db_collection_name",
    "db_operation_name",
    "error_type",
];
pub const SERIES: usize = OPERATIONS.len() * ERRORS.len();

const OPERATIONS: [&str; 15] = [
    "put",
    "get",
    "select",
    "exists",
    "remove",
    "touch",
    "append",
    "prepend",
    "increment",
    "operate",
    "batch_read",
    "batch_operate",
    "batch_remove",
    "query",
    "scan",
];
const ERRORS: [&str; 8] = [
    "",
    "Timeout",
    "Connection",
    "KeyNotFoundError",
    "KeyExistsError",
    "GenerationError",
    "FilteredOut",
    "InvalidArgument",
];

/// The values of the five labels of one series.
pub struct Identity {
    pub system: String,
    pub database: String,
    pub collection: String,
    pub operation: String,
    pub error: String,
}

impl Identity {
    pub fn at(index: usize) -> Identity {
        Identity {
            system: "aerospike".to_string(),
            database: "test".to_string(),
            collection: "users".to_string(),
            operation: OPERATIONS[index / ERRORS.len()].to_string(),
            error: ERRORS[index % ERRORS.len()].to_string(),
        }
    }
}

/// Drawn beforehand. The lengths are in the types, so that no operation checks an index.
pub struct Rings {
    values: Box<[f64; RING_SIZE]>,
    identities: Box<[Identity; RING_SIZE]>,
}

impl Rings {
    pub fn draw() -> Rings {
        let mut state = 88172645463325252u64;
        let mut next = || {
            state ^= state >> 12;
            state ^= state << 25;
            state ^= state >> 27;
            state.wrapping_mul(2685821657736338717)
        };
        let (low, high) = (1e-5f64.ln(), 20f64.ln());
        let values = Box::new([(); RING_SIZE].map(|_| {
            let unit = (next() >> 11) as f64 / (1u64 << 53) as f64;
            (low + unit * (high - low)).exp()
        }));
        let identities = Box::new([(); RING_SIZE].map(|_| Identity::at(next() as usize % SERIES)));
        Rings { values, identities }
    }

    pub fn values(&self) -> &[f64] {
        &self.values[..]
    }

    /// That of bench/README.md, by FNV-1a.
    pub fn checksum(&self) -> u64 {
        let mut sum = 14695981039346656037u64;
        let mut add = |bytes: &[u8]| {
            for byte in bytes {
                sum = (sum ^ u64::from(*byte)).wrapping_mul(1099511628211);
            }
        };
        for number in BOUNDS9.iter().chain(&BOUNDS20).chain(self.values()) {
            add(&((number * 1e9 + 0.5) as u64).to_le_bytes());
        }
        for name in LABEL_NAMES {
            add(name.as_bytes());
            add(&[0]);
        }
        for id in self.identities.iter() {
            for value in [
                &id.system,
                &id.database,
                &id.collection,
                &id.operation,
                &id.error,
            ] {
                add(value.as_bytes());
                add(&[0]);
            }
        }
        sum
    }

    #[inline]
    pub fn value(&self, at: usize) -> f64 {
        self.values[at % RING_SIZE]
    }

    #[inline]
    pub fn identity(&self, at: usize) -> &Identity {
        &self.identities[at % RING_SIZE]
    }
}
