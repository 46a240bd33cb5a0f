//! The OpenAPI document and the page: what they say is so, and they load nothing from elsewhere.

use std::collections::BTreeSet;

use serde_json::Value;

use super::kit::{App, id};

fn document(app: &App) -> Value {
    app.get("/openapi.json").ok().json()
}

/// The schema that a `$ref` names, or the schema itself.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(name) => document
            .pointer(&name[1..])
            .unwrap_or_else(|| panic!("{name}")),
        None => schema,
    }
}

/// Checks a value against the part of JSON Schema that the document uses.
fn check(document: &Value, schema: &Value, value: &Value, at: &str) {
    let schema = resolved(document, schema);
    if let Some(all) = schema["allOf"].as_array() {
        all.iter().for_each(|s| check(document, s, value, at));
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    match &schema["type"] {
        Value::String(t) => assert_eq!(t, kind, "{at}: {schema}"),
        Value::Array(ts) => assert!(ts.contains(&kind.into()), "{at}: {schema}"),
        _ => {}
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        let there = value.get(name.as_str().unwrap()).is_some();
        assert!(there, "{at}: {name} is required: {value}");
    }
    if let (Some(properties), Some(fields)) = (schema["properties"].as_object(), value.as_object())
    {
        for (name, property) in properties {
            if let Some(field) = fields.get(name) {
                check(document, property, field, &format!("{at}.{name}"));
            }
        }
    }
    for (n, item) in value.as_array().into_iter().flatten().enumerate() {
        if schema["items"].is_object() {
            check(document, &schema["items"], item, &format!("{at}[{n}]"));
        }
    }
}

/// Every field that a schema names.
fn fields(document: &Value, schema: &Value) -> BTreeSet<String> {
    let schema = resolved(document, schema);
    let own = schema["properties"].as_object().into_iter().flatten();
    let parts = schema["allOf"].as_array().into_iter().flatten();
    own.map(|(name, _)| name.clone())
        .chain(parts.flat_map(|part| fields(document, part)))
        .collect()
}

#[test]
fn the_document_is_openapi_3_1_and_has_every_call() {
    let app = App::new();
    let document = document(&app);
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let calls: BTreeSet<_> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys();
            methods.map(move |method| format!("{method} {path}"))
        })
        .collect();
    let wanted = [
        "delete /session/{session_id}",
        "get /health",
        "get /session/info",
        "get /session/{session_id}",
        "get /session/{session_id}/archive.zip",
        "get /session/{session_id}/files/{path}",
        "post /cleanup",
        "post /session",
        "post /upload",
    ];
    assert_eq!(calls, wanted.map(String::from).into());
}

#[test]
fn the_document_describes_what_is_answered() {
    let app = App::new();
    let document = document(&app);
    let check = |call: &str, status: &str, answer: Value| {
        let (method, path) = call.split_once(' ').unwrap();
        let responses = &document["paths"][path][method]["responses"];
        let schema = &responses[status]["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{call} {status}: {responses}");
        check(&document, schema, &answer, call);
        let named = fields(&document, schema);
        for name in answer.as_object().unwrap().keys() {
            assert!(named.contains(name), "{call}: {name} is not documented");
        }
    };
    check(
        "get /session/info",
        "200",
        app.get("/session/info").ok().json(),
    );
    let made = app.upload(&[("a.csv", b"x,y\n1,2\n")]).ok().json();
    let other = app.upload(&[("CON", b"1")]).ok().json();
    check(
        "get /session/info",
        "200",
        app.get("/session/info").ok().json(),
    );
    let first = format!("/session/{}", made["session_id"].as_str().unwrap());
    let one = "get /session/{session_id}";
    check(one, "200", app.get(&first).ok().json());
    check("post /upload", "200", made);
    check("post /upload", "200", other);
    check(one, "400", app.get("/session/x").json());
    check(one, "404", app.get(&format!("/session/{}", id(0))).json());
    let deleted = app.delete(&first).ok().json();
    check("delete /session/{session_id}", "200", deleted);
    check("get /health", "200", app.get("/health").ok().json());
    let foreign = app.ask("GET", "/session/info", &[("origin", "null")]);
    check("get /session/info", "403", foreign.json());
}

#[test]
fn the_page_loads_nothing_from_elsewhere() {
    let app = App::new();
    for (path, kind) in [
        ("/docs", "text/html; charset=utf-8"),
        ("/docs/page.js", "text/javascript; charset=utf-8"),
        ("/docs/page.css", "text/css; charset=utf-8"),
    ] {
        let answer = app.get(path).ok();
        assert_eq!(answer.header("content-type"), kind);
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        let text = answer.text();
        for elsewhere in [
            "http://",
            "https://",
            "//cdn",
            "@import",
            "innerHTML",
            " style=",
            "insertAdjacentHTML",
            "onclick",
        ] {
            assert!(!text.contains(elsewhere), "{path}: {elsewhere}");
        }
    }
}
