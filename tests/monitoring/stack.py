# SPDX-License-Identifier: Apache-2.0
# Checks the files of examples/monitoring that need Docker to be run, as far as that can be done
# without it: what names what, in docker-compose.yml, Dockerfile, prometheus.yml and Grafana's
# provisioning. And that each alert and each recording rule has its tests.

import re
import shutil
import subprocess
import sys

import yaml

# Of https://github.com/compose-spec/compose-spec: what a service says here.
SERVICE_KEYS = {"build", "image", "command", "network_mode", "restart", "pid", "volumes",
                "environment", "depends_on"}
IMAGE = re.compile(r"[a-z0-9/._-]+:v?\d+\.\d+\.\d+")


def fail(sentence):
    sys.exit(f"monitoring: {sentence}")


def require(holds, sentence):
    if not holds:
        fail(sentence)


class Strict(yaml.SafeLoader):
    """Refuses a key that stands twice, as Docker does."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value
                if key.tag != "tag:yaml.org,2002:merge"]
        require(len(keys) == len(set(keys)), f"{node.start_mark}: a key stands twice: {keys}")
        return super().construct_mapping(node, deep)


def load(path):
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Strict)
    except yaml.YAMLError as error:
        fail(f"{path.name}: {error}")


# ---- docker-compose.yml --------------------------------------------------------------------------

def check_volume(folder, compose, name, volume):
    source, target, *options = volume.split(":")
    require(target.startswith("/") and set(options) <= {"ro", "ro,rslave"}, f"{name}: {volume}")
    if source.startswith("."):
        require((folder / source).exists(), f"{name}: there is no {source}")
    elif not source.startswith("/"):
        require(source in compose["volumes"], f"{name}: nobody declares the volume {source}")


def check_service(folder, compose, name, service):
    unknown = set(service) - SERVICE_KEYS
    require(not unknown, f"{name}: unknown keys {sorted(unknown)}")
    if "build" in service:
        context = folder / service["build"]["context"]
        require((context / service["build"]["dockerfile"]).is_file(), f"{name}: no Dockerfile")
    else:
        require(IMAGE.fullmatch(service["image"]), f"{name}: the image {service['image']} is not "
                "of a fixed version")
    require(all(isinstance(word, str) for word in service.get("command", [])),
            f"{name}: the command is no list of strings")
    require(all(isinstance(value, str) for value in service.get("environment", {}).values()),
            f"{name}: a variable of the environment is no string")
    for volume in service.get("volumes", []):
        check_volume(folder, compose, name, volume)
    for other in service.get("depends_on", []):
        require(other in compose["services"], f"{name}: depends on {other}, which is no service")


def check_ports(compose, prometheus):
    """Each target that is scraped is what some service listens on."""
    commands = [" ".join(service.get("command", [])) for service in compose["services"].values()]
    for job in prometheus["scrape_configs"]:
        for target in job["static_configs"][0]["targets"]:
            port = target.rsplit(":", 1)[1]
            require(any(re.search(rf"(--port |:){port}\b", command) for command in commands),
                    f"prometheus.yml: nothing listens on port {port} for {job['job_name']}")


def check_compose(folder, prometheus):
    compose = load(folder / "docker-compose.yml")
    require(set(compose) == {"services", "volumes"}, "docker-compose.yml: unknown keys")
    for name, service in compose["services"].items():
        check_service(folder, compose, name, service)
    check_ports(compose, prometheus)
    return compose


def ask_docker(folder):
    """Docker's own word, where there is one; says loudly what was not asked."""
    docker = shutil.which("docker")
    if docker and subprocess.run([docker, "compose", "version"], capture_output=True,
                                 check=False).returncode == 0:
        subprocess.run([docker, "compose", "-f", folder / "docker-compose.yml", "config", "-q"],
                       check=True)
        return "docker compose config says that docker-compose.yml is well"
    return ("NOT RUN: docker compose config (there is no docker compose here), the images of "
            "docker-compose.yml, the Dockerfile, and Grafana")


# ---- Dockerfile ----------------------------------------------------------------------------------

def words_between(text, start, end):
    return text.split(start, 1)[1].split(end, 1)[0].replace("\\\n", " ").split()


def check_dockerfile(folder, root):
    """It installs what examples/run installs, and builds with the same options."""
    dockerfile = (folder / "Dockerfile").read_text(encoding="utf-8")
    run = (root / "examples/run").read_text(encoding="utf-8")
    packages = words_between(dockerfile, "--no-install-recommends \\\n", "\nCOPY")
    require(packages == words_between(run, "packages=(", ")"),
            f"Dockerfile: it installs {packages}, unlike examples/run")
    options = re.findall(r"-DPROMLET_\w+=\w+|-DCMAKE_BUILD_TYPE=\w+", dockerfile)
    require(options == re.findall(r"-DPROMLET_\w+=\w+|-DCMAKE_BUILD_TYPE=\w+", run),
            f"Dockerfile: it builds with {options}, unlike examples/run")


# ---- provisioning --------------------------------------------------------------------------------

def check_provisioning(folder, compose, prometheus):
    source = load(folder / "grafana/provisioning/datasources/prometheus.yml")
    provider = load(folder / "grafana/provisioning/dashboards/promlet.yml")
    require(source["apiVersion"] == 1 and provider["apiVersion"] == 1, "provisioning: apiVersion")
    [one] = source["datasources"]
    require(one["type"] == "prometheus" and one["access"] == "proxy" and one["name"] and one["uid"],
            "provisioning: the data source is not one")
    port = one["url"].rsplit(":", 1)[1]
    require(f":{port}" in " ".join(compose["services"]["prometheus"]["command"]),
            f"provisioning: Prometheus is not at {one['url']}")
    interval = prometheus["global"]["scrape_interval"]
    require(one["jsonData"]["timeInterval"] == interval,
            f"provisioning: timeInterval is not {interval}, as prometheus.yml has it")
    [one] = provider["providers"]
    mounted = [volume.split(":")[1] for volume in compose["services"]["grafana"]["volumes"]
               if volume.startswith("./grafana/dashboards:")]
    require(one["type"] == "file" and one["options"]["path"] in mounted,
            f"provisioning: no dashboards are mounted at {one['options']['path']}")
    home = compose["services"]["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    require((folder / "grafana/dashboards" / home.removeprefix(mounted[0] + "/")).is_file(),
            f"provisioning: there is no {home}")


# ---- rules ---------------------------------------------------------------------------------------

def rules_of(folder, kind):
    """Each rule of a kind, alert or record, with its expression."""
    return [(rule[kind], rule["expr"])
            for path in sorted((folder / "rules").glob("*.yml")) if path.name != "tests.yml"
            for group in load(path)["groups"] for rule in group["rules"] if kind in rule]


def check_tests(folder):
    """Each alert fires in one test and does not in another; each recording rule has a value."""
    tests = load(folder / "rules/tests.yml")["tests"]
    cases = [case for test in tests for case in test.get("alert_rule_test", [])]
    fired = {case["alertname"] for case in cases if case.get("exp_alerts")}
    silent = {case["alertname"] for case in cases if not case.get("exp_alerts")}
    asked = {case["expr"] for test in tests for case in test.get("promql_expr_test", [])
             if case.get("exp_samples")}
    for alert, _ in rules_of(folder, "alert"):
        require(alert in fired, f"rules: no test makes {alert} fire")
        require(alert in silent, f"rules: no test keeps {alert} from firing")
    for record, _ in rules_of(folder, "record"):
        require(record in asked, f"rules: no test has a value of {record}")


def check(folder, root):
    """Ends the program with what is wrong; returns prometheus.yml."""
    prometheus = load(folder / "prometheus.yml")
    compose = check_compose(folder, prometheus)
    check_dockerfile(folder, root)
    check_provisioning(folder, compose, prometheus)
    check_tests(folder)
    return prometheus
