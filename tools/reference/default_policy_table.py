#!/usr/bin/python3
# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Writes into docs/seccomp.md what the default policy denies.

  tools/reference/default_policy_table.py            prints the table
  tools/reference/default_policy_table.py --write    writes docs/seccomp.md
  tools/reference/default_policy_table.py --check    exits 1 when that is old

The rows are the comments of default_deny_dangerous.kafel and the blocks that
follow them.
"""

import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
POLICY = os.path.join(ROOT, 'jail/seccomp/policies/default_deny_dangerous.kafel')
PAGE = os.path.join(ROOT, 'docs/seccomp.md')
BEGIN = '<!-- made by tools/reference/default_policy_table.py -->\n'
END = '<!-- end of the table -->\n'


def calls(body):
    """The names in a block; "(by argument)" behind those with a condition."""
    body = re.sub(r'//[^\n]*', '', body)
    # Guards say where a call exists.
    body = re.sub(r'\bON\s*(\w+|\{[^}]*\})', '', body)
    body = re.sub(r'\{[^}]*\}', ' (by argument)', body)
    names = []
    for item in filter(None, map(str.strip, body.split(','))):
        name, _, condition = item.partition(' ')
        shown = f'`{name}` {condition.strip()}'.strip()
        if shown not in names:
            names.append(shown)
    return ', '.join(names)


def rows(text):
    """Of each block: its calls, their errno, and the comment before it."""
    text = text[text.index('POLICY default_deny_dangerous {'):]
    why = ''
    for comment, action, line, block in re.findall(
            r'((?:^  //[^\n]*\n)+)'
            r'|^  ERRNO\((\w+)\) \{(?: ([^\n]*) \}\n|\n(.*?)^  \}\n)',
            text, re.MULTILINE | re.DOTALL):
        if comment:
            why = ' '.join(c.strip()[2:].strip() for c in comment.splitlines())
            why = re.sub(' +', ' ', why)
        else:
            yield calls(line or block), action, why or 'the same'
            why = ''


def table():
    with open(POLICY, encoding='utf-8') as file:
        text = file.read()
    out = ['| Calls | Fail with | Why |', '|---|---|---|']
    out += [f'| {names} | {errno} | {why} |' for names, errno, why in rows(text)]
    return '\n'.join(out) + '\n'


def page(made):
    with open(PAGE, encoding='utf-8') as file:
        text = file.read()
    before, rest = text.split(BEGIN)
    return before + BEGIN + made + END + rest.split(END)[1], text


def main():
    made = table()
    if '--write' in sys.argv:
        wanted, _ = page(made)
        with open(PAGE, 'w', encoding='utf-8') as file:
            file.write(wanted)
    elif '--check' in sys.argv:
        wanted, text = page(made)
        if wanted != text:
            sys.exit('docs/seccomp.md is not what the default policy says: run '
                     'tools/reference/default_policy_table.py --write')
    else:
        sys.stdout.write(made)


if __name__ == '__main__':
    main()
