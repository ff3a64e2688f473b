#!/usr/bin/python3
# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Writes docs/config.md from the comments of proto/jail.proto.

  tools/reference/config_reference.py            prints it
  tools/reference/config_reference.py --write    writes docs/config.md
  tools/reference/config_reference.py --check    exits 1 when that is not current

protoc reads the schema; the few fields of its descriptor that are needed are
decoded here, so that nothing but protoc and Python's own library is used.
"""

import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
OUTPUT = os.path.join(ROOT, 'docs', 'config.md')

# Field numbers of google/protobuf/descriptor.proto.
FILE_MESSAGES, FILE_ENUMS, FILE_SOURCE = 4, 5, 9
MESSAGE_FIELDS, MESSAGE_NESTED, MESSAGE_ENUMS = 2, 3, 4
ENUM_VALUES = 2
TYPES = {1: 'double', 2: 'float', 3: 'int64', 4: 'uint64', 5: 'int32',
         8: 'bool', 9: 'string', 12: 'bytes', 13: 'uint32'}


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def decode(data):
    """The fields of an encoded message: number -> list of ints or bytes."""
    fields, at = {}, 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            value, at = varint(data, at)
        elif key & 7 == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            raise ValueError('wire type %d' % (key & 7))
        fields.setdefault(key >> 3, []).append(value)
    return fields


def text(message, number):
    return message.get(number, [b''])[0].decode()


def packed(data):
    values, at = [], 0
    while at < len(data):
        value, at = varint(data, at)
        values.append(value)
    return tuple(values)


class Comments:
    """What stands before and behind each element of the file, by its path."""

    def __init__(self, source):
        self.at = {}
        for location in map(decode, source.get(1, [])):
            path = packed(location.get(1, [b''])[0])
            self.at[path] = (text(location, 3), text(location, 4),
                             [d.decode() for d in location.get(6, [])])

    def of(self, path):
        before, behind, _ = self.at.get(path, ('', '', []))
        if behind.strip().startswith('---'):
            behind = ''  # the first heading inside a message
        return ' '.join((before + ' ' + behind).split())

    def heading(self, path):
        """The title of a `--- Title ---` line above the element."""
        above = self.at.get(path, ('', '', []))[2]
        if path[-2:] == (MESSAGE_FIELDS, 0):
            above = above + [self.at.get(path[:-2], ('', '', []))[1]]
        for detached in above:
            if detached.strip().startswith('---'):
                return detached.strip().split('\n')[0].strip('- ')
        return ''

    def rest_of_heading(self, path):
        """What follows the title in the same comment."""
        for detached in self.at.get(path, ('', '', []))[2]:
            if detached.strip().startswith('---'):
                return ' '.join(' '.join(
                    detached.strip().split('\n')[1:]).split())
        return ''


def cell(words):
    return words.replace('|', '\\|').replace('<', '&lt;')


def field_row(field, comment):
    kind = field.get(5, [0])[0]
    type_name = TYPES.get(kind) or text(field, 6).split('.')[-1]
    if kind in (11, 14):
        type_name = '[%s](#%s)' % (type_name, type_name.lower())
    label = field.get(4, [1])[0]
    if label == 3:
        type_name = 'repeated ' + type_name
    default = 'required' if label == 2 else ''
    if 7 in field and label != 2:
        value = text(field, 7)
        default = '`"%s"`' % value if kind in (9, 12) else '`%s`' % value
    return '| `%s` | %s | %s | %s |' % (text(field, 1), type_name, default,
                                        cell(comment))


def enum_section(out, enum, path, comments):
    out += ['', '### ' + text(enum, 1), '']
    if comments.of(path):
        out += [comments.of(path), '']
    out += ['| Value | Number | Meaning |', '|---|---|---|']
    for i, value in enumerate(map(decode, enum[ENUM_VALUES])):
        out.append('| `%s` | %d | %s |' % (
            text(value, 1), value.get(2, [0])[0],
            cell(comments.of(path + (ENUM_VALUES, i)))))


def message_section(out, message, path, comments, title):
    out += ['', title, '']
    if comments.of(path):
        out += [comments.of(path), '']
    header = ['| Field | Type | Default | Meaning |', '|---|---|---|---|']
    open_table = False
    for i, field in enumerate(map(decode, message.get(MESSAGE_FIELDS, []))):
        at = path + (MESSAGE_FIELDS, i)
        if comments.heading(at):
            out += ['', '### ' + comments.heading(at), '']
            if comments.rest_of_heading(at):
                out += [comments.rest_of_heading(at), '']
            open_table = False
        if not open_table:
            out += header
            open_table = True
        out.append(field_row(field, comments.of(at)))
    for i, nested in enumerate(map(decode, message.get(MESSAGE_NESTED, []))):
        message_section(out, nested, path + (MESSAGE_NESTED, i), comments,
                        '### ' + text(nested, 1))
    for i, enum in enumerate(map(decode, message.get(MESSAGE_ENUMS, []))):
        enum_section(out, enum, path + (MESSAGE_ENUMS, i), comments)


def reference():
    with tempfile.TemporaryDirectory() as folder:
        descriptor = os.path.join(folder, 'jail.bin')
        subprocess.run(['protoc', '--proto_path=' + ROOT,
                        '--include_source_info',
                        '--descriptor_set_out=' + descriptor,
                        'proto/jail.proto'], check=True, cwd=ROOT)
        with open(descriptor, 'rb') as data:
            file = decode(decode(data.read())[1][0])
    comments = Comments(decode(file[FILE_SOURCE][0]))
    out = ['<!-- Made from proto/jail.proto by '
           'tools/reference/config_reference.py --write -->',
           '# Configuration', '',
           'A config is text protobuf of one `JailConfig`, or its JSON form '
           '(`--config_format=json`). Fields carry the names, types, defaults '
           'and units of nsjail\'s; those numbered from 1001 are ours.']
    messages = list(map(decode, file[FILE_MESSAGES]))
    order = sorted(range(len(messages)),
                   key=lambda i: text(messages[i], 1) != 'JailConfig')
    for i in order:
        message_section(out, messages[i], (FILE_MESSAGES, i), comments,
                        '## ' + text(messages[i], 1))
    out += ['', '## Enums']
    for i, enum in enumerate(map(decode, file[FILE_ENUMS])):
        enum_section(out, enum, (FILE_ENUMS, i), comments)
    return '\n'.join(out) + '\n'


def main():
    made = reference()
    if '--write' in sys.argv:
        with open(OUTPUT, 'w', encoding='utf-8') as file:
            file.write(made)
    elif '--check' in sys.argv:
        with open(OUTPUT, encoding='utf-8') as file:
            if file.read() != made:
                sys.exit('docs/config.md is not what proto/jail.proto says: '
                         'run tools/reference/config_reference.py --write')
    else:
        sys.stdout.write(made)


if __name__ == '__main__':
    main()
