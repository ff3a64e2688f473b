#!/usr/bin/python3
# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Writes what `evalctl schema` prints: JSON Schema of request and response.

  tools/reference/eval_schema.py DESCRIPTOR_SET OUTPUT

DESCRIPTOR_SET is what `protoc --include_imports --include_source_info` makes of
proto/eval.proto.  How messages become JSON is told there, and done by
tools/evalctl/strict_json.cc (requests) and response_json.cc.
"""

import json
import sys

import config_reference as reference

FILE_NAME, FILE_PACKAGE = 1, 2
MESSAGE_OPTIONS, MAP_ENTRY = 7, 7
FIELD_LABEL, FIELD_TYPE, FIELD_TYPE_NAME, FIELD_OPTIONAL = 4, 5, 6, 17
REPEATED = 3
UINT64, INT32, BOOL, STRING, MESSAGE, BYTES, UINT32, ENUM = (
    4, 5, 8, 9, 11, 12, 13, 14)
SCALARS = {
    UINT64: {'type': 'integer', 'minimum': 0, 'maximum': 2**64 - 1},
    UINT32: {'type': 'integer', 'minimum': 0, 'maximum': 2**32 - 1},
    INT32: {'type': 'integer', 'minimum': -2**31, 'maximum': 2**31 - 1},
    BOOL: {'type': 'boolean'},
    STRING: {'type': 'string'},
    BYTES: {'type': 'string', 'contentEncoding': 'base64'},
}
RAW = '_json'  # such a string is any JSON, without the ending

def has(name, kind, **more):
    """The member is there, and not null."""
    return {'required': [name], 'properties': {name: {'type': kind} | more}}


# What no descriptor says.
RULES = {
    'Request': {'oneOf': [
        has('code', 'string'), has('commands', 'array', minItems=1)]},
    'Command': {'oneOf': [
        has('line', 'string'), has('argv', 'array', minItems=1)]},
    'File': has('path', 'string', minLength=1) | {
        'not': {'allOf': [has('text', 'string'), has('base64', 'string')]}},
    'Response': {'oneOf': [
        {'required': ['error']},
        {'required': ['commands', 'files', 'files_complete',
                      'timing', 'profile']}]},
}


class Types:
    """Every message and enum of the set, by its full name."""

    def __init__(self, data):
        self.messages, self.enums = {}, {}
        for item in reference.decode(data)[1]:
            file = reference.decode(item)
            package = '.' + reference.text(file, FILE_PACKAGE)
            comments = reference.Comments(
                reference.decode(file[reference.FILE_SOURCE][0]))
            self.add(file, reference.FILE_MESSAGES, reference.FILE_ENUMS,
                     package, (), comments)

    def add(self, holder, messages, enums, prefix, path, comments):
        for i, item in enumerate(map(reference.decode,
                                     holder.get(enums, []))):
            name = f'{prefix}.{reference.text(item, 1)}'
            self.enums[name] = item, path + (enums, i), comments
        for i, item in enumerate(map(reference.decode,
                                     holder.get(messages, []))):
            name = f'{prefix}.{reference.text(item, 1)}'
            self.messages[name] = item, path + (messages, i), comments
            self.add(item, reference.MESSAGE_NESTED, reference.MESSAGE_ENUMS,
                     name, path + (messages, i), comments)

    def is_map(self, name):
        options = self.messages[name][0].get(MESSAGE_OPTIONS)
        return bool(options) and MAP_ENTRY in reference.decode(options[0])


def short(full_name):
    """".jail.eval.Error.Kind" -> "Error.Kind"."""
    return full_name.split('.', 3)[3]


class Schema:
    def __init__(self, types):
        self.types = types
        self.definitions = {}

    def message(self, full_name, is_request):
        """Adds the definition of a message, and of all that it holds."""
        name = short(full_name)
        if name in self.definitions:
            if self.definitions[name][0] != full_name:
                raise ValueError(f'{name} is two things')
            return
        message, path, comments = self.types.messages[full_name]
        properties, always = {}, []
        self.definitions[name] = full_name, {}
        for i, field in enumerate(map(reference.decode,
                                      message[reference.MESSAGE_FIELDS])):
            key = reference.text(field, 1)
            if key.endswith(RAW):
                key, schema = key[:-len(RAW)], {}
            else:
                schema = self.field(field, is_request)
            if not is_request and self.is_always_there(field):
                always.append(key)
            comment = comments.of(
                path + (reference.MESSAGE_FIELDS, i))
            properties[key] = ({'description': comment} if comment else
                               {}) | schema
        definition = {'type': 'object', 'properties': properties}
        if comments.of(path):
            definition = {'description': comments.of(path)} | definition
        if is_request:
            definition['additionalProperties'] = False
        elif always and name != 'Response':
            definition['required'] = always
        rules = RULES.get(name, {})
        for key, rule in rules.get('properties', {}).items():
            properties[key] |= rule
        definition |= {key: rule for key, rule in rules.items()
                       if key != 'properties'}
        self.definitions[name] = full_name, definition

    @staticmethod
    def is_always_there(field):
        """Of a response: numbers and booleans that cannot be unset."""
        return (field.get(FIELD_LABEL) != [REPEATED] and
                FIELD_OPTIONAL not in field and
                field[FIELD_TYPE][0] in (UINT64, UINT32, INT32, BOOL))

    def field(self, field, is_request):
        kind = field[FIELD_TYPE][0]
        type_name = reference.text(field, FIELD_TYPE_NAME)
        if kind == MESSAGE and self.types.is_map(type_name):
            schema = {'type': 'object',
                      'additionalProperties': {'type': 'string'}}
        else:
            schema = self.value(kind, type_name, is_request)
            if field.get(FIELD_LABEL) == [REPEATED]:
                schema = {'type': 'array', 'items': schema}
        return self.or_null(schema) if is_request else schema

    def value(self, kind, type_name, is_request):
        if kind == MESSAGE:
            self.message(type_name, is_request)
            return {'$ref': f'#/$defs/{short(type_name)}'}
        if kind == ENUM:
            self.enum(type_name)
            return {'$ref': f'#/$defs/{short(type_name)}'}
        return dict(SCALARS[kind])

    @staticmethod
    def or_null(schema):
        """null leaves a member of a request unset."""
        if '$ref' in schema:
            return {'anyOf': [schema, {'type': 'null'}]}
        return schema | {'type': [schema['type'], 'null']}

    def enum(self, full_name):
        enum, path, comments = self.types.enums[full_name]
        values = []
        for i, value in enumerate(map(reference.decode,
                                      enum[reference.ENUM_VALUES])):
            name = reference.text(value, 1)
            if name.endswith('UNSPECIFIED'):
                continue  # never written
            comment = comments.of(path + (reference.ENUM_VALUES, i))
            values.append({'const': name} |
                          ({'description': comment} if comment else {}))
        self.definitions[short(full_name)] = full_name, {'oneOf': values}


def main():
    source, output = sys.argv[1:]
    with open(source, 'rb') as file:
        schema = Schema(Types(file.read()))
    schema.message('.jail.eval.Request', True)
    schema.message('.jail.eval.Response', False)
    document = {
        '$schema': 'https://json-schema.org/draft/2020-12/schema',
        'title': 'evalctl',
        '$defs': {name: definition for name, (_, definition)
                  in schema.definitions.items()},
    }
    with open(output, 'w', encoding='utf-8') as file:
        json.dump(document, file, indent=1, ensure_ascii=False)
        file.write('\n')


if __name__ == '__main__':
    main()
