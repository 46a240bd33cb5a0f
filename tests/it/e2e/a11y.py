#!/usr/bin/python3
"""What a screen reader sees of a program: its accessibility tree as JSON, asked for by process id.

    a11y.py PID     a list of {role, name, description, states, x, y, width, height}, in the order of
                    the tree, places in pixels of the screen. Empty until the program has joined.
"""
import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402


def nodes(accessible):
    try:
        box = accessible.get_extents(Atspi.CoordType.SCREEN) if accessible.get_component_iface() else None
        node = {
            "role": accessible.get_role_name(),
            "name": accessible.get_name(),
            "description": accessible.get_description(),
            "states": [state.value_nick for state in accessible.get_state_set().get_states()],
        }
        children = accessible.get_child_count()
    except GLib.Error:
        return  # gone while we looked
    if box:
        yield node | {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    for index in range(children):
        try:
            child = accessible.get_child_at_index(index)
        except GLib.Error:
            continue
        if child:
            yield from nodes(child)


def program(pid):
    desktop = Atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        try:
            application = desktop.get_child_at_index(index)
            if application and application.get_process_id() == pid:
                return application
        except GLib.Error:
            continue
    return None


application = program(int(sys.argv[1]))
json.dump(list(nodes(application)) if application else [], sys.stdout)
