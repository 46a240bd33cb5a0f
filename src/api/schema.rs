//! What the OpenAPI document says of things that are no JSON: ids and paths in paths, and bytes.
//! Documentation only; what holds is decided by the types that parse.

use utoipa::IntoParams;
use utoipa::ToSchema;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaFormat, SchemaType, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Required, Response, ResponseBuilder, Schema};

use super::error::Detail;

/// The name of the token in the document.
const TOKEN: &str = "token";

/// What holds for every call: the token where the server wants one, and the refusals of callers.
pub fn add_callers(document: &mut OpenApi) {
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(TOKEN, bearer);
    let token = SecurityRequirement::new(TOKEN, [""; 0]);
    document.security = Some(vec![SecurityRequirement::default(), token]);
    let calls = document.paths.paths.values_mut();
    let calls = calls.flat_map(|item| [&mut item.get, &mut item.post, &mut item.delete]);
    for call in calls.flatten() {
        let everywhere = [("403", "Another host, or a page of another origin")];
        let of_sessions = [
            ("401", "The server wants its token"),
            ("500", "The base directory is refused, or a disk failed"),
        ];
        // What is open to everybody asks no disk either.
        let open = call.security.is_some();
        let more = of_sessions.into_iter().filter(|_| !open);
        for (status, description) in everywhere.into_iter().chain(more) {
            let answers = &mut call.responses.responses;
            answers
                .entry(status.into())
                .or_insert_with(|| refusal(description).into());
        }
    }
}

fn refusal(description: &str) -> Response {
    let detail = Ref::from_schema_name(Detail::name());
    ResponseBuilder::new()
        .description(description)
        .content("application/json", Content::new(Some(detail)))
        .build()
}

/// `session_`, a valid date, a valid time: the days of every month, and 29 February in leap years.
const ID: &str = "^session_([0-9]{4}((0[13578]|1[02])(0[1-9]|[12][0-9]|3[01])|(0[469]|11)(0[1-9]|[12][0-9]|30)|02(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)0229)_([01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]$";

/// Components joined by `/`, none of them empty, `.` or `..`.
const INSIDE: &str = r"^([^/\x00.][^/\x00]*|\.[^/\x00.][^/\x00]*|\.\.[^/\x00]+)(/([^/\x00.][^/\x00]*|\.[^/\x00.][^/\x00]*|\.\.[^/\x00]+))*$";

/// Which session.
pub struct IdPath;

impl IntoParams for IdPath {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![parameter("session_id", "The session", ID)]
    }
}

/// Which file of which session.
pub struct FilePath;

impl IntoParams for FilePath {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            parameter("session_id", "The session", ID),
            parameter("path", "The file, relative to the session", INSIDE),
        ]
    }
}

fn parameter(name: &str, description: &str, pattern: &str) -> Parameter {
    let schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(pattern));
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}

/// Bytes as they are. Nothing is said of them: those of a JSON file are JSON.
pub struct Bytes;

impl ToSchema for Bytes {}

impl utoipa::PartialSchema for Bytes {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::AnyValue)
            .into()
    }
}

/// What is sent to `/upload`.
pub struct Form;

impl ToSchema for Form {}

impl utoipa::PartialSchema for Form {
    fn schema() -> RefOr<Schema> {
        let file = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::Custom("binary".into())));
        let files = ArrayBuilder::new()
            .items(file)
            .min_items(Some(1))
            .description(Some(
                "Files and archives; a file name with slashes makes folders",
            ));
        ObjectBuilder::new()
            .property("file", files)
            .required("file")
            .into()
    }
}
