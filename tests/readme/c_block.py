# SPDX-License-Identifier: Apache-2.0
# Compiles, links and runs the C and C++ blocks, whole programs and fragments alike.
"""A block with main() is a program as it stands. Any other is a fragment: it must compile in one
of the places where a reader would put it - in a function, at file scope, or as an expression. A
line of three dots stands for code that is left out. The fragment is then linked and run as well.
"""

import itertools
import re
import subprocess

SECONDS = 20

LANGUAGES = {
    "c": [("gcc", "c11"), ("clang", "c11")],
    "cpp": [("g++", "c++11"), ("clang++", "c++17")],
}

PRELUDE = {
    "c": ["math.h", "promlet/http.h", "promlet/promlet.h", "promlet/push.h", "promlet/server.h",
          "promlet/testing.h", "stdbool.h", "stdint.h", "stdio.h", "stdlib.h", "string.h",
          "unistd.h"],
    "cpp": ["promlet/http.h", "promlet/promlet.h", "promlet/push.h", "promlet/server.h",
            "promlet/testing.h", "cstdio", "cstdlib", "cstring", "string"],
}

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
# A fragment shows one thing; what it declares need not be used in it.
FRAGMENT_WARNINGS = ["-Wno-unused-variable", "-Wno-unused-but-set-variable",
                     "-Wno-unused-function", "-Wno-unused-parameter"]

DOTS = re.compile(r"^[ \t]*\.\.\.[ \t]*$", re.M)
FILE_SCOPE = re.compile(r"^(#include[^\n]*|(?:PROMLET_STATIC_\w+)\s*\(.*?\);)[ \t]*$", re.M | re.S)


class Toolbox:
    """Where the library and the files of this run are."""

    def __init__(self, root, built, work):
        self.root, self.built, self.work = root, built, work
        self.numbers = itertools.count(1)

    def new_path(self, suffix):
        """A name of its own for each caller, in whatever thread."""
        return self.work / f"block{next(self.numbers)}{suffix}"

    def build(self, source, language, compiler, standard, fragment):
        """Compiles and links a source text; returns (program or None, the compiler's words)."""
        path = self.new_path("." + language)
        path.write_text(source, encoding="utf-8")
        program = path.with_suffix("")
        command = [compiler, f"-std={standard}", "-D_POSIX_C_SOURCE=200809L", "-O1", *WARNINGS,
                   *(FRAGMENT_WARNINGS if fragment else []), f"-I{self.root}/include", str(path),
                   "-o", str(program), f"{self.built}/libpromlet-server.a",
                   f"{self.built}/libpromlet-http.a", f"{self.built}/libpromlet-push.a",
                   f"{self.built}/libpromlet-testing.a", f"{self.built}/libpromlet.a",
                   "-lmicrohttpd", "-lgnutls", "-lcurl", "-lz", "-pthread", "-lm"]
        result = subprocess.run(command, text=True, capture_output=True, check=False)
        return (program if result.returncode == 0 else None), result.stderr

    def run(self, program):
        """(output, what is wrong or None) of a program."""
        try:
            result = subprocess.run([str(program)], text=True, capture_output=True, check=False,
                                    timeout=SECONDS, stdin=subprocess.DEVNULL, cwd=self.work)
        except subprocess.TimeoutExpired:
            return "", f"does not end within {SECONDS} s"
        if result.returncode != 0:
            return result.stdout, f"ends with status {result.returncode}: {result.stderr}"
        return result.stdout, None


def origin(block):
    """Makes the compiler's messages name the document."""
    return f'#line {block.line} "{block.path}"\n'


def blank(match):
    return re.sub(r"[^\n]", " ", match.group(0))


def wrappers(block):
    """Yields (place, source) for each place where a fragment may stand."""
    text = DOTS.sub("", block.text)
    head = "".join(f"#include <{header}>\n" for header in PRELUDE[block.language])
    head += block.given + "\n"
    call = "int main(void)\n{\n    fragment();\n    return 0;\n}\n"
    hoisted = "".join(origin(block) + "\n" * text.count("\n", 0, match.start()) +
                      match.group(0) + "\n" for match in FILE_SCOPE.finditer(text))
    rest = FILE_SCOPE.sub(blank, text)
    if ";" not in text:
        yield "as an expression", (head + "static void fragment(void)\n{\n    (void)(\n" +
                                   origin(block) + text + ");\n}\n" + call)
    yield "in a function", (head + hoisted + "static void fragment(void)\n{\n" + origin(block) +
                            rest + "}\n" + call)
    yield "at file scope", head + origin(block) + text + "int main(void)\n{\n    return 0;\n}\n"


def build_fragment(toolbox, block, compiler, standard):
    """The program of a fragment in the first place where it compiles, or what each place says."""
    said = []
    for place, source in wrappers(block):
        program, words = toolbox.build(source, block.language, compiler, standard, True)
        if program:
            return program, None
        said.append(f"does not compile {place} ({compiler} -std={standard}):\n{words}")
    return None, "\n".join(said)


def build(toolbox, block, compiler, standard):
    if not block.is_program:
        return build_fragment(toolbox, block, compiler, standard)
    program, words = toolbox.build(origin(block) + block.text, block.language, compiler, standard,
                                   False)
    return program, None if program else f"does not compile ({compiler} -std={standard}):\n{words}"


def start_builds(toolbox, block, pool):
    """What build() will return for each compiler of a C or C++ block."""
    return [pool.submit(build, toolbox, block, compiler, standard)
            for compiler, standard in LANGUAGES[block.language]]


def check(toolbox, block, builds):
    """(output or None, what is wrong or None) of one C or C++ block."""
    output = None
    for built in builds:
        program, problem = built.result()
        if problem:
            return None, problem
        if block.not_run:
            continue
        output, problem = toolbox.run(program)
        if problem:
            return output, problem
    return output, None
