//! Walks a script's syntax tree once: binds names in their scopes, and collects calls and what else
//! refers to a name. Knows nothing of pandas or tables. Expressions are walked in `expressions`.

use std::string::String;

use libcst_native::*;

use super::names::{Binding, Kind, MODULE, ScopeId, Scopes};

/// A call, and where it stands.
pub(super) struct CallSite<'n, 'a> {
    pub scope: ScopeId,
    pub call: &'n Call<'a>,
    /// Within an f-string, whose quotes limit what may be written there.
    pub in_string: bool,
}

/// An expression that refers to something without calling it, and the scope it stands in.
pub(super) type Reference<'n, 'a> = (ScopeId, &'n Expression<'a>);

/// All that one walk collects.
pub(super) struct Walk<'n, 'a> {
    pub scopes: Scopes<'n, 'a>,
    pub calls: Vec<CallSite<'n, 'a>>,
    pub references: Vec<Reference<'n, 'a>>,
    /// Attributes that are assigned to: `pd.read_csv = …`.
    pub patched: Vec<&'n Attribute<'a>>,
    pub(super) in_string: bool,
}

impl<'n, 'a> Walk<'n, 'a> {
    /// Walks `module`.
    pub fn of(module: &'n Module<'a>) -> Self {
        let mut walk = Self {
            scopes: Scopes::new(),
            calls: Vec::new(),
            references: Vec::new(),
            patched: Vec::new(),
            in_string: false,
        };
        walk.statements(MODULE, &module.body);
        walk
    }

    fn statements(&mut self, scope: ScopeId, body: &'n [Statement<'a>]) {
        for statement in body {
            match statement {
                Statement::Simple(line) => {
                    line.body.iter().for_each(|small| self.small(scope, small))
                }
                Statement::Compound(compound) => self.compound(scope, compound),
            }
        }
    }

    fn suite(&mut self, scope: ScopeId, suite: &'n Suite<'a>) {
        match suite {
            Suite::IndentedBlock(block) => self.statements(scope, &block.body),
            Suite::SimpleStatementSuite(line) => {
                line.body.iter().for_each(|small| self.small(scope, small));
            }
        }
    }

    fn small(&mut self, scope: ScopeId, small: &'n SmallStatement<'a>) {
        match small {
            SmallStatement::Pass(_) | SmallStatement::Break(_) | SmallStatement::Continue(_) => {}
            SmallStatement::Return(it) => self.maybe(scope, it.value.as_ref()),
            SmallStatement::Expr(it) => self.expression(scope, &it.value),
            SmallStatement::Assert(it) => {
                self.expression(scope, &it.test);
                self.maybe(scope, it.msg.as_ref());
            }
            SmallStatement::Import(it) => self.import(scope, &it.names),
            SmallStatement::LazyImport(it) => self.import(scope, &it.names),
            SmallStatement::ImportFrom(it) => {
                self.import_from(
                    scope,
                    it.module.as_ref(),
                    !it.relative.is_empty(),
                    &it.names,
                );
            }
            SmallStatement::LazyImportFrom(it) => {
                self.import_from(
                    scope,
                    it.module.as_ref(),
                    !it.relative.is_empty(),
                    &it.names,
                );
            }
            SmallStatement::Assign(it) => {
                self.expression(scope, &it.value);
                for target in &it.targets {
                    let value = (it.targets.len() == 1).then_some(&it.value);
                    self.target(scope, &target.target, value);
                }
            }
            SmallStatement::AnnAssign(it) => {
                self.expression(scope, &it.annotation.annotation);
                self.maybe(scope, it.value.as_ref());
                self.target(scope, &it.target, it.value.as_ref());
            }
            SmallStatement::AugAssign(it) => {
                self.expression(scope, &it.value);
                self.target(scope, &it.target, None);
            }
            SmallStatement::Raise(it) => {
                self.maybe(scope, it.exc.as_ref());
                self.maybe(scope, it.cause.as_ref().map(|from| &from.item));
            }
            SmallStatement::Global(it) => {
                it.names
                    .iter()
                    .for_each(|item| self.scopes.global(scope, item.name.value));
            }
            SmallStatement::Nonlocal(it) => {
                it.names
                    .iter()
                    .for_each(|item| self.scopes.nonlocal(scope, item.name.value));
            }
            SmallStatement::Del(it) => self.delete(scope, &it.target),
            SmallStatement::TypeAlias(it) => {
                self.name(scope, &it.name);
                let inner = self.scopes.open(Kind::Function, Some(scope));
                self.type_parameters(inner, it.type_parameters.as_ref());
                self.expression(inner, &it.value);
            }
        }
    }

    fn compound(&mut self, scope: ScopeId, compound: &'n CompoundStatement<'a>) {
        match compound {
            CompoundStatement::FunctionDef(it) => self.function(scope, it),
            CompoundStatement::ClassDef(it) => self.class(scope, it),
            CompoundStatement::If(it) => self.branch(scope, it),
            CompoundStatement::For(it) => {
                self.expression(scope, &it.iter);
                self.target(scope, &it.target, None);
                self.suite(scope, &it.body);
                self.or_else(scope, it.orelse.as_ref());
            }
            CompoundStatement::While(it) => {
                self.expression(scope, &it.test);
                self.suite(scope, &it.body);
                self.or_else(scope, it.orelse.as_ref());
            }
            CompoundStatement::Try(it) => {
                self.suite(scope, &it.body);
                for handler in &it.handlers {
                    self.maybe(scope, handler.r#type.as_ref());
                    self.as_name(scope, handler.name.as_ref());
                    self.suite(scope, &handler.body);
                }
                self.or_else(scope, it.orelse.as_ref());
                self.finally(scope, it.finalbody.as_ref());
            }
            CompoundStatement::TryStar(it) => {
                self.suite(scope, &it.body);
                for handler in &it.handlers {
                    self.expression(scope, &handler.r#type);
                    self.as_name(scope, handler.name.as_ref());
                    self.suite(scope, &handler.body);
                }
                self.or_else(scope, it.orelse.as_ref());
                self.finally(scope, it.finalbody.as_ref());
            }
            CompoundStatement::With(it) => {
                for item in &it.items {
                    self.expression(scope, &item.item);
                    self.as_name(scope, item.asname.as_ref());
                }
                self.suite(scope, &it.body);
            }
            CompoundStatement::Match(it) => {
                self.expression(scope, &it.subject);
                for case in &it.cases {
                    self.pattern(scope, &case.pattern);
                    self.maybe(scope, case.guard.as_ref());
                    self.suite(scope, &case.body);
                }
            }
        }
    }

    fn branch(&mut self, scope: ScopeId, mut it: &'n If<'a>) {
        loop {
            self.expression(scope, &it.test);
            self.suite(scope, &it.body);
            match it.orelse.as_deref() {
                Some(OrElse::Elif(next)) => it = next,
                Some(OrElse::Else(last)) => return self.suite(scope, &last.body),
                None => return,
            }
        }
    }

    fn or_else(&mut self, scope: ScopeId, it: Option<&'n Else<'a>>) {
        if let Some(it) = it {
            self.suite(scope, &it.body);
        }
    }

    fn finally(&mut self, scope: ScopeId, it: Option<&'n Finally<'a>>) {
        if let Some(it) = it {
            self.suite(scope, &it.body);
        }
    }

    fn function(&mut self, scope: ScopeId, it: &'n FunctionDef<'a>) {
        it.decorators
            .iter()
            .for_each(|d| self.expression(scope, &d.decorator));
        self.name(scope, &it.name);
        let inner = self.scopes.open(Kind::Function, Some(scope));
        self.type_parameters(inner, it.type_parameters.as_ref());
        self.parameters(scope, inner, &it.params);
        self.maybe(
            scope,
            it.returns.as_ref().map(|returns| &returns.annotation),
        );
        self.suite(inner, &it.body);
    }

    fn class(&mut self, scope: ScopeId, it: &'n ClassDef<'a>) {
        it.decorators
            .iter()
            .for_each(|d| self.expression(scope, &d.decorator));
        it.bases
            .iter()
            .chain(&it.keywords)
            .for_each(|arg| self.expression(scope, &arg.value));
        self.name(scope, &it.name);
        let inner = self.scopes.open(Kind::Class, Some(scope));
        self.type_parameters(inner, it.type_parameters.as_ref());
        self.suite(inner, &it.body);
    }

    /// Binds parameters in `inner`; defaults and annotations belong to `scope`, around the function.
    pub(super) fn parameters(&mut self, scope: ScopeId, inner: ScopeId, it: &'n Parameters<'a>) {
        let star = match &it.star_arg {
            Some(StarArg::Param(param)) => Some(&**param),
            _ => None,
        };
        let all = it
            .posonly_params
            .iter()
            .chain(&it.params)
            .chain(&it.kwonly_params);
        for param in all.chain(star).chain(&it.star_kwarg) {
            self.name(inner, &param.name);
            self.maybe(scope, param.default.as_ref());
            self.maybe(scope, param.annotation.as_ref().map(|a| &a.annotation));
        }
    }

    fn type_parameters(&mut self, scope: ScopeId, it: Option<&'n TypeParameters<'a>>) {
        for param in it.iter().flat_map(|it| &it.params) {
            match &param.param {
                TypeVarLike::TypeVar(var) => {
                    self.name(scope, &var.name);
                    self.maybe(scope, var.bound.as_deref());
                }
                TypeVarLike::TypeVarTuple(var) => self.name(scope, &var.name),
                TypeVarLike::ParamSpec(var) => self.name(scope, &var.name),
            }
            self.maybe(scope, param.default.as_ref());
        }
    }

    fn import(&mut self, scope: ScopeId, names: &'n [ImportAlias<'a>]) {
        for alias in names {
            let (first, full) = dotted(&alias.name);
            match alias.asname.as_ref().map(|name| &name.name) {
                Some(AssignTargetExpression::Name(name)) => {
                    self.scopes.bind(scope, name.value, Binding::Import(full));
                }
                Some(_) => {}
                // `import os.path` binds `os`.
                None => self
                    .scopes
                    .bind(scope, first, Binding::Import(first.to_owned())),
            }
        }
    }

    fn import_from(
        &mut self,
        scope: ScopeId,
        module: Option<&'n NameOrAttribute<'a>>,
        relative: bool,
        names: &'n ImportNames<'a>,
    ) {
        let module = module.map(|module| dotted(module).1).unwrap_or_default();
        // A module beside the script isn't the one of the same name that everybody knows.
        let module = if relative {
            format!(".{module}")
        } else {
            module
        };
        match names {
            ImportNames::Star(_) => self.scopes.star(module),
            ImportNames::Aliases(aliases) => {
                for alias in aliases {
                    let (first, full) = dotted(&alias.name);
                    let name = match alias.asname.as_ref().map(|name| &name.name) {
                        Some(AssignTargetExpression::Name(name)) => name.value,
                        _ => first,
                    };
                    self.scopes
                        .bind(scope, name, Binding::Import(format!("{module}.{full}")));
                }
            }
        }
    }
}

/// The first name of a dotted one, and all of it.
fn dotted<'a>(name: &NameOrAttribute<'a>) -> (&'a str, String) {
    fn parts<'a>(value: &Expression<'a>, into: &mut Vec<&'a str>) {
        match value {
            Expression::Name(name) => into.push(name.value),
            Expression::Attribute(it) => {
                parts(&it.value, into);
                into.push(it.attr.value);
            }
            _ => {}
        }
    }
    let mut all = Vec::new();
    match name {
        NameOrAttribute::N(name) => all.push(name.value),
        NameOrAttribute::A(it) => {
            parts(&it.value, &mut all);
            all.push(it.attr.value);
        }
    }
    (all.first().copied().unwrap_or_default(), all.join("."))
}
