# SPDX-License-Identifier: Apache-2.0
# Finds the code blocks of Markdown files and of the comments of C headers.
"""In Markdown a block is what stands between two fences; its language stands behind the first.
Two HTML comments right above a fence, which readers don't see, say more about the block:

    <!-- not run: REASON -->    it is compiled, but not run (a shell block: not even that)
    <!-- given: CODE -->        declarations that the block relies on, put before it

In a header a block is a paragraph of a comment, with an empty line before it and after it (or the
comment's end), whose lines are all indented by 4 spaces or more. It is a fragment in C.
"""

import dataclasses
import re

FENCE = re.compile(r"^ {0,3}(```+|~~~+)\s*([\w+-]*)")
NOTE = re.compile(r"<!--\s*(not run|given):\s*(.*?)\s*-->", re.S)
COMMENT = re.compile(r"/\*.*?\*/", re.S)


@dataclasses.dataclass
class Block:
    path: str
    line: int
    language: str
    text: str
    not_run: str = ""
    given: str = ""

    @property
    def place(self):
        return f"{self.path}:{self.line}"

    @property
    def is_program(self):
        return (self.language in ("c", "cpp") and
                re.search(r"^int\s+main\s*\(", self.text, re.M) is not None)


def notes_above(lines, fence):
    """The notes in the HTML comments that end right above line `fence`, blank lines aside."""
    notes, end = {}, fence
    while True:
        while end > 0 and not lines[end - 1].strip():
            end -= 1
        if end == 0 or not lines[end - 1].rstrip().endswith("-->"):
            return notes
        start = end - 1
        while start > 0 and "<!--" not in lines[start]:
            start -= 1
        match = NOTE.search("\n".join(lines[start:end]))
        if match:
            notes[match.group(1)] = match.group(2)
        end = start


def markdown_blocks(path, text):
    lines, number = text.split("\n"), 0
    while number < len(lines):
        opening = FENCE.match(lines[number])
        number += 1
        if not opening:
            continue
        start = number
        closing = re.compile(r"^ {0,3}" + re.escape(opening.group(1)) + r"+\s*$")
        while number < len(lines) and not closing.match(lines[number]):
            number += 1
        notes = notes_above(lines, start - 1)
        yield Block(path, start + 1, opening.group(2), "\n".join(lines[start:number]) + "\n",
                    notes.get("not run", ""), notes.get("given", ""))
        number += 1


def comment_lines(comment):
    """The lines of a comment without its frame."""
    body = comment[2:-2].lstrip("*")
    return [re.sub(r"^\s*\*? ?", "", line) if number else line
            for number, line in enumerate(body.split("\n"))]


def paragraphs(lines):
    """Yields (number of the first line, lines) for each run of lines that are not empty."""
    start = None
    for number, line in enumerate(lines + [""]):
        if line.strip() and start is None:
            start = number
        elif not line.strip() and start is not None:
            yield start, lines[start:number]
            start = None


def header_blocks(path, text):
    for comment in COMMENT.finditer(text):
        first_line = text.count("\n", 0, comment.start()) + 1
        for start, lines in paragraphs(comment_lines(comment.group(0))):
            if start > 0 and all(line.startswith("    ") for line in lines):
                code = "\n".join(line[4:] for line in lines) + "\n"
                yield Block(path, first_line + start, "c", code)


def find(path, text):
    return list(header_blocks(path, text) if path.endswith(".h") else markdown_blocks(path, text))
