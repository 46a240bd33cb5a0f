//! What the OpenAPI document says of things that are no JSON: ids and paths in paths, and bytes.
//! Documentation only; what holds is decided by the types that parse.

use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{RefOr, Required, Schema};

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

impl utoipa::ToSchema for Bytes {}

impl utoipa::PartialSchema for Bytes {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::AnyValue)
            .into()
    }
}

/// What is sent to `/upload`.
pub struct Form;

impl utoipa::ToSchema for Form {}

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
