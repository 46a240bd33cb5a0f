//! What the desktop's settings portal says of movement.

use std::time::Duration;

use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;
use zbus::zvariant::{OwnedValue, Value};

/// A portal that doesn't answer within this time is not there.
const PATIENCE: Duration = Duration::from_secs(1);

pub fn is_reduced() -> Option<bool> {
    let bus = Builder::session().ok()?.method_timeout(PATIENCE);
    let bus = bus.build().ok()?;
    let reduced = read(&bus, "org.freedesktop.appearance", "reduced-motion");
    // Many desktops know only this one.
    let animations = || read(&bus, "org.gnome.desktop.interface", "enable-animations");
    meaning(reduced.as_deref(), || {
        animations().as_deref().and_then(truth)
    })
}

/// A setting; nothing where there is no portal, or none that knows it.
fn read(bus: &Connection, group: &str, key: &str) -> Option<OwnedValue> {
    let answer = bus.call_method(
        Some("org.freedesktop.portal.Desktop"),
        "/org/freedesktop/portal/desktop",
        Some("org.freedesktop.portal.Settings"),
        "Read",
        &(group, key),
    );
    answer.ok()?.body().deserialize().ok()
}

/// What the two settings mean together: 1 asks for less movement, 0 for nothing.
fn meaning(reduced: Option<&Value<'_>>, animations: impl FnOnce() -> Option<bool>) -> Option<bool> {
    match reduced.map(inside) {
        Some(Value::U32(wish)) => Some(*wish == 1),
        _ => animations().map(|on| !on),
    }
}

fn truth(value: &Value<'_>) -> Option<bool> {
    match inside(value) {
        Value::Bool(on) => Some(*on),
        _ => None,
    }
}

/// The portal wraps values, once or twice.
fn inside<'v>(value: &'v Value<'v>) -> &'v Value<'v> {
    match value {
        Value::Value(inner) => inside(inner),
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(value: Value<'static>) -> Value<'static> {
        Value::Value(Box::new(Value::Value(Box::new(value))))
    }

    #[test]
    fn the_newer_setting_decides_where_there_is_one() {
        let (on, off) = (Some(Value::Bool(true)), Some(Value::Bool(false)));
        for (reduced, animations, means) in [
            (None, None, None),
            (None, on.clone(), Some(false)),
            (None, off.clone(), Some(true)),
            (None, Some(wrapped(Value::Bool(false))), Some(true)),
            (None, Some(Value::U32(1)), None),
            (Some(Value::U32(1)), on, Some(true)),
            (Some(wrapped(Value::U32(0))), off.clone(), Some(false)),
            (Some(Value::Bool(true)), off, Some(true)),
        ] {
            let found = meaning(reduced.as_ref(), || animations.as_ref().and_then(truth));
            assert_eq!(found, means, "{reduced:?} {animations:?}");
        }
    }
}
