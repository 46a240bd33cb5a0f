//! CASE 20: who may ask. Each refusal comes before any effect.

use eyproject_sessions::api::Token;

use super::kit::{App, HOST, TYPE, form, id};

const TOKEN: &str = "0123456789abcdef0123";

fn with_token() -> App {
    App::with(|options| options.token = Some(Token::new(TOKEN).unwrap()))
}

#[test]
fn case_20_other_hosts_and_foreign_pages_are_refused_before_any_effect() {
    let app = App::new();
    app.fixture.backend_session(&id(0), 1, &[("a", b"1")]);
    app.fixture.backend_session(&id(1), 1, &[("a", b"1")]);
    let target = format!("/session/{}", id(0));
    let refused: [&[(&str, &str)]; 10] = [
        &[("host", "evil.example")],
        &[("host", "evil.example:8001")],
        &[("host", "127.0.0.1:8002")],
        &[("host", "localhost")],
        &[("origin", "http://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://localhost:4201")],
        &[("origin", "https://localhost:4200")],
        &[("sec-fetch-site", "cross-site")],
        &[("origin", "http://127.0.0.1:8001.evil.example")],
    ];
    for headers in refused {
        app.ask("DELETE", &target, headers).refused(403);
        app.ask("GET", "/session/info", headers).refused(403);
        let typed = [headers, &[("content-type", TYPE)]].concat();
        app.ask_with("POST", "/upload", &typed, form(&[("a", b"1")]))
            .refused(403);
        let asks = [headers, &[("access-control-request-method", "DELETE")]].concat();
        let preflight = app.ask("OPTIONS", &target, &asks);
        assert_eq!(preflight.header("access-control-allow-origin"), "");
        preflight.refused(403);
    }
    // What must stand there once.
    for twice in [
        [("host", HOST), ("host", HOST)],
        [("origin", "http://localhost:4200"), ("origin", "null")],
    ] {
        app.ask("DELETE", &target, &twice).refused(400);
    }
    let line = app.ask("DELETE", &format!("http://evil.example{target}"), &[]);
    line.refused(403);
    assert_eq!(app.fixture.sessions(), [id(0), id(1)]);
    for good in [
        [
            ("host", "localhost:8001"),
            ("sec-fetch-site", "same-origin"),
        ],
        [("host", "[::1]:8001"), ("sec-fetch-site", "none")],
        [("host", HOST), ("origin", "http://127.0.0.1:8001")],
        [("host", HOST), ("origin", "http://localhost:8001")],
    ] {
        app.ask("GET", "/session/info", &good).ok();
    }
    app.ask("DELETE", &target, &[]).ok();
}

#[test]
fn a_page_that_may_ask_is_told_so_even_in_refusals() {
    let app = App::new();
    let page = ("origin", "http://localhost:4200");
    let site = ("sec-fetch-site", "cross-site");
    let answer = app.ask("GET", "/session/info", &[page, site]).ok();
    assert_eq!(answer.header("access-control-allow-origin"), page.1);
    assert_eq!(answer.header("vary"), "origin");
    let refused = app.ask("DELETE", "/session/x", &[page]);
    assert_eq!(refused.header("access-control-allow-origin"), page.1);
    refused.refused(400);
    let asks = [
        page,
        ("access-control-request-method", "DELETE"),
        ("access-control-request-private-network", "true"),
    ];
    let preflight = app.ask("OPTIONS", "/session/session_20250710_153000", &asks);
    assert_eq!((preflight.status, preflight.body.len()), (204, 0));
    for (name, part) in [
        ("access-control-allow-origin", page.1),
        ("access-control-allow-methods", "DELETE"),
        ("access-control-allow-headers", "authorization"),
        ("access-control-allow-private-network", "true"),
    ] {
        assert!(preflight.header(name).contains(part), "{name}");
    }
    let own = app.get("/session/info").ok();
    assert_eq!(own.header("access-control-allow-origin"), "");
    assert_eq!(own.header("cross-origin-resource-policy"), "same-origin");
    assert_eq!(own.header("cache-control"), "no-store");
}

#[test]
fn with_a_token_nothing_of_a_session_is_told_without_it() {
    let app = with_token();
    app.fixture.backend_session(&id(0), 1, &[("a", b"1")]);
    app.fixture.backend_session(&id(1), 1, &[("a", b"1")]);
    let target = format!("/session/{}", id(0));
    let wrong = format!("Bearer {TOKEN}4");
    let basic = format!("Basic {TOKEN}");
    for headers in [
        &[][..],
        &[("authorization", TOKEN)],
        &[("authorization", &wrong)],
        &[("authorization", &basic)],
        &[("authorization", "Bearer ")],
        &[("authorization", "Bearer")],
    ] {
        for (method, path) in [
            ("GET", "/session/info"),
            ("GET", &*target),
            ("DELETE", &target),
            ("POST", "/upload"),
            ("GET", "/nothing"),
        ] {
            let answer = app.ask(method, path, headers);
            assert_eq!(answer.header("www-authenticate"), "Bearer");
            let reason = answer.refused(401);
            assert!(!reason.contains(TOKEN), "{reason}");
        }
    }
    assert_eq!(app.fixture.sessions().len(), 2);
    for open in ["/health", "/docs", "/openapi.json"] {
        app.get(open).ok();
    }
    let asks = [
        ("origin", "http://localhost:4200"),
        ("access-control-request-method", "GET"),
    ];
    assert_eq!(app.ask("OPTIONS", "/session/info", &asks).status, 204);
    let right = format!("bearer {TOKEN}");
    app.ask("DELETE", &target, &[("authorization", &right)])
        .ok();
}
