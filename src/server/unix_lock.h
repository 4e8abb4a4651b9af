/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps processes that open UNIX sockets in one folder apart for a moment. */
#ifndef PML_SERVER_UNIX_LOCK_H
#define PML_SERVER_UNIX_LOCK_H

/* Wait until no other server opens a socket in the folder of path. Of two that find the same stale
   socket at once, one would otherwise remove what the other has just put in its place, or has bound
   but does not listen on yet. Returns a lock to be given back; -1, which is allowed there, when the
   folder can't be locked or somebody holds it for more than a second: others must not be able to
   keep a server from starting. */
int pml_server_lock_folder_of(const char *path);

void pml_server_unlock_folder(int lock);

#endif
