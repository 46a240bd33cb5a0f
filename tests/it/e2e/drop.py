#!/usr/bin/python3
"""Drops files onto a window, as a file manager does (XDND 5): this program is where the drag comes from.

    drop.py WINDOW PATH…     WINDOW is its number. Ends well once the window has said that it took them.
"""
import sys
import time
from pathlib import Path

from Xlib import X, display
from Xlib.protocol import event

PATIENCE = 10.0  # seconds for each answer
HOVER = 0.3  # seconds over the window before letting go, so that it can draw what would happen


class Drag:
    def __init__(self, window, paths):
        self.display = display.Display()
        self.target = self.display.create_resource_object("window", window)
        self.source = self.display.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
        self.list = "".join(f"{Path(path).absolute().as_uri()}\r\n" for path in paths).encode()
        self.accepted = self.fetched = self.taken = False
        self.source.set_selection_owner(self.atom("XdndSelection"), X.CurrentTime)

    def atom(self, name):
        return self.display.intern_atom(name)

    def tell(self, message, *data):
        self.target.send_event(
            event.ClientMessage(
                window=self.target,
                client_type=self.atom(message),
                data=(32, [self.source.id, *data, *[0] * (4 - len(data))]),
            )
        )
        self.display.flush()

    def answer(self, request):
        """Hands out the list of files to whom asks for the selection."""
        prop = request.property
        if request.target == self.atom("text/uri-list"):
            request.requestor.change_property(prop, request.target, 8, self.list)
            self.fetched = True
        else:
            prop = X.NONE
        request.requestor.send_event(
            event.SelectionNotify(
                time=request.time,
                requestor=request.requestor,
                selection=request.selection,
                target=request.target,
                property=prop,
            )
        )
        self.display.flush()

    def listen(self):
        while self.display.pending_events():
            got = self.display.next_event()
            if got.type == X.SelectionRequest:
                self.answer(got)
            elif got.type == X.ClientMessage:
                flags = got.data[1][1]
                if got.client_type == self.atom("XdndStatus"):
                    self.accepted = bool(flags & 1)
                elif got.client_type == self.atom("XdndFinished"):
                    self.taken = bool(flags & 1)
        time.sleep(0.01)

    def wait(self, what, there):
        end = time.monotonic() + PATIENCE
        while not there():
            if time.monotonic() > end:
                sys.exit(f"waited in vain until {what}")
            self.listen()

    def run(self):
        box = self.target.get_geometry()
        root = self.display.screen().root
        middle = root.translate_coords(self.target, box.width // 2, box.height // 2)
        self.tell("XdndEnter", 5 << 24, self.atom("text/uri-list"))
        start = time.monotonic()
        while time.monotonic() < start + HOVER:
            self.tell("XdndPosition", 0, middle.x << 16 | middle.y, X.CurrentTime, self.atom("XdndActionCopy"))
            self.wait("the window accepts", lambda: self.accepted)
            self.wait("the window has read the list", lambda: self.fetched)
            self.listen()
        self.tell("XdndDrop", 0, X.CurrentTime)
        self.wait("the window has taken the files", lambda: self.taken)


Drag(int(sys.argv[1]), sys.argv[2:]).run()
