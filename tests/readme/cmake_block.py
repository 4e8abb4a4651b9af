# SPDX-License-Identifier: Apache-2.0
# Builds a program with each CMake block, as a user's project that holds nothing else.
"""The block is the CMakeLists.txt of a project; what it leaves out is put around it: the first
lines, and an add_executable() for a target that it links but does not add. promlet is found
installed, as a subfolder, or fetched, whichever the block asks for.
"""

import os
import pathlib
import re
import subprocess

# What CMake does where nobody says otherwise: a build of promlet is here to be there, not to be fast.
SETTINGS = {"CMAKE_GENERATOR": "Ninja", "CMAKE_BUILD_TYPE": "None"}


TESTS = pathlib.Path(__file__).resolve().parent.parent


def settings(objects):
    """The environment in which CMake is run. What a build has compiled, whose list of objects is in
    this folder, is taken from there."""
    launcher = f"{TESTS}/install/take_or_compile;{objects}"
    return {**SETTINGS, "CMAKE_C_COMPILER_LAUNCHER": launcher}


def list_objects(built, objects):
    """Writes the list for settings()."""
    subprocess.run([TESTS / "install" / "list_objects", built, objects], check=True)


def links_of(text):
    return re.findall(r"target_link_libraries\(\s*([\w-]+)", text)


def project_text(text):
    head = ""
    if "cmake_minimum_required" not in text:
        head += "cmake_minimum_required(VERSION 3.21)\n"
    if not re.search(r"^\s*project\(", text, re.M):
        head += "project(block LANGUAGES C)\n"
    added = set(re.findall(r"add_(?:executable|library)\(\s*([\w-]+)", text))
    missing = [name for name in dict.fromkeys(links_of(text)) if name not in added]
    executables = "".join(f"add_executable({name} main.c)\n" for name in missing)
    # A project's first lines must stay first, so the executables follow project().
    if executables and not head:
        return re.sub(r"^(\s*project\(.*?\)\n)", lambda m: m.group(1) + executables, text, count=1,
                      flags=re.M | re.S)
    return head + executables + text


def write_project(folder, root, text, program):
    folder.mkdir()
    (folder / "CMakeLists.txt").write_text(project_text(text), encoding="utf-8")
    for name in {"main.c", *re.findall(r"[\w-]+\.c\b", text)}:
        (folder / name).write_text(program, encoding="utf-8")
    for place in re.findall(r"add_subdirectory\(\s*([\w./-]+)", text):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).symlink_to(root)


def check(folder, root, prefix, objects, block, program):
    """What is wrong with one CMake block; None if nothing."""
    write_project(folder, root, block.text, program)
    steps = [["cmake", "-S", folder, "-B", folder / "build",
              f"-DCMAKE_PREFIX_PATH={prefix}", f"-DFETCHCONTENT_SOURCE_DIR_PROMLET={root}"],
             ["cmake", "--build", folder / "build"]]
    for step in steps:
        result = subprocess.run([str(word) for word in step], text=True, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, check=False,
                                env={**os.environ, **settings(objects)})
        if result.returncode != 0:
            return f"{step[1]} fails:\n{result.stdout}"
    return None
