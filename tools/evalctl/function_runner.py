# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#
# Runs in the jail: python3 -c THIS FILE ENTRY HAS_INPUT [ARG...].  The input
# comes on descriptor 3 until its end; one line goes back that says what
# follows: "value", "exception" or "unserializable".
def _run():
    import sys

    # Files of the workspace are no modules of ours, whatever their names.
    if sys.path[:1] == [""]:
        del sys.path[0]
    import importlib.util
    import json
    import os
    import socket

    channel = socket.socket(fileno=os.dup(3))
    os.close(3)
    path, entry, has_input = sys.argv[1:4]
    sys.argv = [path] + sys.argv[4:]
    folder = os.path.dirname(os.path.abspath(path))
    sys.path.insert(0, folder)
    chunks = []
    while has_input == "1":
        chunk = channel.recv(65536)
        if not chunk:
            break
        chunks.append(chunk)

    def answer(kind, value):
        # A lone surrogate is no JSON: encode() raises, as dumps() does.
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        line = (kind + "\n" + text).encode("utf-8")
        try:
            sys.stdout.flush()
        except Exception:
            pass  # the program closed it, or put something else there
        channel.sendall(line)

    def failed(kind, error):
        sys.path[:] = [name for name in sys.path if name != folder]
        import traceback

        # The frames of this file are of no interest.
        trace = error.__traceback__
        while trace is not None and trace.tb_frame.f_code.co_filename == "<string>":
            trace = trace.tb_next
        text = "".join(traceback.format_exception(type(error), error, trace))
        clean = lambda s: s.encode("utf-8", "replace").decode("utf-8")
        try:
            message = str(error)
        except Exception:
            message = ""
        answer(kind, {"type": clean(type(error).__qualname__),
                      "message": clean(message), "traceback": clean(text)})

    name = os.path.splitext(os.path.basename(path))[0]
    try:
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        target = module
        for part in entry.split("."):
            target = getattr(target, part)
        arguments = [json.loads(b"".join(chunks))] if has_input == "1" else []
        value = target(*arguments)
        if hasattr(value, "__await__"):
            import asyncio

            async def wait():
                return await value

            value = asyncio.run(wait())
    except SystemExit:
        raise
    except BaseException as error:
        failed("exception", error)
        return 1
    try:
        answer("value", value)
    except (TypeError, ValueError, RecursionError) as error:
        failed("unserializable", error)
        return 1
    return 0


import sys as _sys

_status = _run()
_sys.exit(_status)
