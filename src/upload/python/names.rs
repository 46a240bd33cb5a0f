//! What each name of a script means, by Python's rules of scope. Knows no statement: the walk tells
//! it what is bound where, and in which order.

use std::collections::{HashMap, HashSet};

use libcst_native::Expression;

/// A scope, by its place in [`Scopes`]; 0 is the module.
pub(super) type ScopeId = usize;
/// The module's own scope.
pub(super) const MODULE: ScopeId = 0;

/// What kind of block a scope is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Module,
    Function,
    Class,
    Comprehension,
}

/// What a name is bound to at one place.
#[derive(Debug, Clone)]
pub(super) enum Binding<'n, 'a> {
    /// A module or something from one, by its dotted name: `pandas`, `os.path.join`.
    Import(String),
    /// The value of a plain assignment.
    Value(&'n Expression<'a>),
    /// Anything else: a parameter, a loop, a function, a deletion.
    Other,
}

/// A binding and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Bound<'n, 'a> {
    pub binding: Binding<'n, 'a>,
    order: usize,
}

/// What a name means where it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Always what was imported under this dotted name.
    Imported(String),
    /// What was imported under this dotted name, or perhaps something else; why.
    Unsure(String, Doubt),
    /// Something else.
    Else,
}

/// Why a name is not surely what it seems.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Doubt {
    /// `name` is bound in other ways too.
    Rebound(String),
    /// `from module import *` comes after its import.
    Star(String),
}

/// One scope.
#[derive(Debug)]
struct Scope<'n, 'a> {
    kind: Kind,
    parent: Option<ScopeId>,
    bound: HashMap<&'a str, Vec<Bound<'n, 'a>>>,
    globals: HashSet<&'a str>,
    nonlocals: HashSet<&'a str>,
}

/// All scopes of a script.
#[derive(Debug)]
pub(super) struct Scopes<'n, 'a> {
    scopes: Vec<Scope<'n, 'a>>,
    stars: Vec<(usize, String)>,
    order: usize,
}

impl<'n, 'a> Scopes<'n, 'a> {
    /// Only the module's scope, with nothing in it.
    pub fn new() -> Self {
        let mut scopes = Self {
            scopes: Vec::new(),
            stars: Vec::new(),
            order: 0,
        };
        scopes.open(Kind::Module, None);
        scopes
    }

    /// A new scope within `parent`.
    pub fn open(&mut self, kind: Kind, parent: Option<ScopeId>) -> ScopeId {
        self.scopes.push(Scope {
            kind,
            parent,
            bound: HashMap::new(),
            globals: HashSet::new(),
            nonlocals: HashSet::new(),
        });
        self.scopes.len() - 1
    }

    /// Binds `name`, which stands in the source, in `scope` or where `global` and `nonlocal` point.
    pub fn bind(&mut self, scope: ScopeId, name: &'a str, binding: Binding<'n, 'a>) {
        let target = if self.scopes[scope].globals.contains(name) {
            MODULE
        } else if self.scopes[scope].nonlocals.contains(name) {
            self.outer(scope, name).unwrap_or(scope)
        } else {
            scope
        };
        self.order += 1;
        let bound = Bound {
            binding,
            order: self.order,
        };
        self.scopes[target]
            .bound
            .entry(name)
            .or_default()
            .push(bound);
    }

    /// Binds the target of `:=`, which leaves comprehensions.
    pub fn bind_walrus(&mut self, mut scope: ScopeId, name: &'a str) {
        while self.scopes[scope].kind == Kind::Comprehension {
            scope = self.scopes[scope].parent.unwrap_or(MODULE);
        }
        self.bind(scope, name, Binding::Other);
    }

    /// `global name` in `scope`.
    pub fn global(&mut self, scope: ScopeId, name: &'a str) {
        self.scopes[scope].globals.insert(name);
    }

    /// `nonlocal name` in `scope`.
    pub fn nonlocal(&mut self, scope: ScopeId, name: &'a str) {
        self.scopes[scope].nonlocals.insert(name);
    }

    /// `from module import *`.
    pub fn star(&mut self, module: String) {
        self.order += 1;
        self.stars.push((self.order, module));
    }

    /// The modules of which everything was imported.
    pub fn stars(&self) -> impl Iterator<Item = &str> {
        self.stars.iter().map(|(_, module)| module.as_str())
    }

    /// Every place in any scope where `name` is bound.
    pub fn everywhere(&self, name: &str) -> impl Iterator<Item = &Bound<'n, 'a>> {
        self.scopes
            .iter()
            .filter_map(move |scope| scope.bound.get(name))
            .flatten()
    }

    /// The scope in which a use of `name` in `scope` finds it, and all that is bound to it there.
    pub fn find(&self, scope: ScopeId, name: &str) -> Option<(ScopeId, &[Bound<'n, 'a>])> {
        if self.scopes[scope].globals.contains(name) {
            return self.bound_in(MODULE, name);
        }
        self.bound_in(scope, name).or_else(|| {
            let outer = self.outer(scope, name)?;
            self.bound_in(outer, name)
        })
    }

    fn bound_in(&self, scope: ScopeId, name: &str) -> Option<(ScopeId, &[Bound<'n, 'a>])> {
        self.scopes[scope]
            .bound
            .get(name)
            .map(|bound| (scope, bound.as_slice()))
    }

    /// The nearest scope around `scope` that binds `name`; what a class binds is not seen from within.
    fn outer(&self, scope: ScopeId, name: &str) -> Option<ScopeId> {
        let mut at = self.scopes[scope].parent;
        while let Some(id) = at {
            let scope = &self.scopes[id];
            if scope.kind != Kind::Class && scope.bound.contains_key(name) {
                return Some(id);
            }
            at = scope.parent;
        }
        None
    }

    /// What `expression`, a name or attributes of one, means in `scope`.
    pub fn meaning(&self, scope: ScopeId, expression: &Expression<'_>) -> Meaning {
        match expression {
            Expression::Name(name) => self.meaning_of(scope, name.value),
            Expression::Attribute(attribute) => {
                let attr = attribute.attr.value;
                match self.meaning(scope, &attribute.value) {
                    Meaning::Imported(module) => Meaning::Imported(format!("{module}.{attr}")),
                    Meaning::Unsure(module, doubt) => {
                        Meaning::Unsure(format!("{module}.{attr}"), doubt)
                    }
                    Meaning::Else => Meaning::Else,
                }
            }
            _ => Meaning::Else,
        }
    }

    fn meaning_of(&self, scope: ScopeId, name: &str) -> Meaning {
        let Some((found, bound)) = self.find(scope, name) else {
            return Meaning::Else;
        };
        let mut imported = bound.iter().filter_map(|bound| match &bound.binding {
            Binding::Import(module) => Some(module),
            _ => None,
        });
        let Some(module) = imported.next() else {
            return Meaning::Else;
        };
        let same = 1 + imported.filter(|other| *other == module).count();
        if same != bound.len() {
            return Meaning::Unsure(module.clone(), Doubt::Rebound(name.to_owned()));
        }
        match self.star_after(found, bound) {
            Some(star) => Meaning::Unsure(module.clone(), Doubt::Star(star.to_owned())),
            None => Meaning::Imported(module.clone()),
        }
    }

    /// A star import that may have given a name of the module another meaning since it was bound.
    pub fn star_after(&self, scope: ScopeId, bound: &[Bound<'n, 'a>]) -> Option<&str> {
        let last = bound.iter().map(|bound| bound.order).max()?;
        let star = self
            .stars
            .iter()
            .find(|(order, _)| scope == MODULE && *order > last)?;
        Some(&star.1)
    }
}
