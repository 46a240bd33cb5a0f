//! The part of the walk below statements: expressions, targets of assignments and patterns.

use libcst_native::*;

use super::names::{Binding, Kind, ScopeId};
use super::walk::{CallSite, Walk};

impl<'n, 'a> Walk<'n, 'a> {
    /// Binds `name` to something that is no import and no plain value.
    pub(super) fn name(&mut self, scope: ScopeId, name: &'n Name<'a>) {
        self.scopes.bind(scope, name.value, Binding::Other);
    }

    pub(super) fn maybe(&mut self, scope: ScopeId, it: Option<&'n Expression<'a>>) {
        if let Some(it) = it {
            self.expression(scope, it);
        }
    }

    pub(super) fn as_name(&mut self, scope: ScopeId, it: Option<&'n AsName<'a>>) {
        if let Some(it) = it {
            self.target(scope, &it.name, None);
        }
    }

    /// What is assigned to; `value` if it is a plain assignment of one value to one target.
    pub(super) fn target(
        &mut self,
        scope: ScopeId,
        target: &'n AssignTargetExpression<'a>,
        value: Option<&'n Expression<'a>>,
    ) {
        match target {
            AssignTargetExpression::Name(name) => {
                let binding = value.map_or(Binding::Other, Binding::Value);
                self.scopes.bind(scope, name.value, binding);
            }
            AssignTargetExpression::Attribute(it) => self.patch(scope, it),
            AssignTargetExpression::StarredElement(it) => self.unpack(scope, &it.value),
            AssignTargetExpression::Tuple(it) => self.unpack_all(scope, &it.elements),
            AssignTargetExpression::List(it) => self.unpack_all(scope, &it.elements),
            AssignTargetExpression::Subscript(it) => self.subscript(scope, it),
        }
    }

    pub(super) fn delete(&mut self, scope: ScopeId, target: &'n DelTargetExpression<'a>) {
        match target {
            DelTargetExpression::Name(name) => self.name(scope, name),
            DelTargetExpression::Attribute(it) => self.patch(scope, it),
            DelTargetExpression::Tuple(it) => self.unpack_all(scope, &it.elements),
            DelTargetExpression::List(it) => self.unpack_all(scope, &it.elements),
            DelTargetExpression::Subscript(it) => self.subscript(scope, it),
        }
    }

    fn patch(&mut self, scope: ScopeId, it: &'n Attribute<'a>) {
        self.patched.push(it);
        self.expression(scope, &it.value);
    }

    fn unpack_all(&mut self, scope: ScopeId, elements: &'n [Element<'a>]) {
        for element in elements {
            match element {
                Element::Simple { value, .. } => self.unpack(scope, value),
                Element::Starred(it) => self.unpack(scope, &it.value),
            }
        }
    }

    /// A target within a tuple or list, which the tree has as an expression.
    fn unpack(&mut self, scope: ScopeId, it: &'n Expression<'a>) {
        match it {
            Expression::Name(name) => self.name(scope, name),
            Expression::Attribute(it) => self.patch(scope, it),
            Expression::Tuple(it) => self.unpack_all(scope, &it.elements),
            Expression::List(it) => self.unpack_all(scope, &it.elements),
            Expression::StarredElement(it) => self.unpack(scope, &it.value),
            other => self.expression(scope, other),
        }
    }

    pub(super) fn expression(&mut self, scope: ScopeId, it: &'n Expression<'a>) {
        match it {
            Expression::Name(_) => self.references.push((scope, it)),
            Expression::Attribute(attribute) => {
                self.references.push((scope, it));
                self.base(scope, &attribute.value);
            }
            Expression::Call(it) => {
                self.calls.push(CallSite {
                    scope,
                    call: it,
                    in_string: self.in_string,
                });
                self.base(scope, &it.func);
                it.args
                    .iter()
                    .for_each(|arg| self.expression(scope, &arg.value));
            }
            Expression::Ellipsis(_)
            | Expression::Integer(_)
            | Expression::Float(_)
            | Expression::Imaginary(_)
            | Expression::SimpleString(_) => {}
            Expression::ConcatenatedString(it) => {
                self.string(scope, &it.left);
                self.string(scope, &it.right);
            }
            Expression::FormattedString(it) => self.formatted(scope, &it.parts),
            Expression::TemplatedString(it) => self.templated(scope, &it.parts),
            Expression::Comparison(it) => {
                self.expression(scope, &it.left);
                it.comparisons
                    .iter()
                    .for_each(|c| self.expression(scope, &c.comparator));
            }
            Expression::UnaryOperation(it) => self.expression(scope, &it.expression),
            Expression::BinaryOperation(it) => {
                self.expression(scope, &it.left);
                self.expression(scope, &it.right);
            }
            Expression::BooleanOperation(it) => {
                self.expression(scope, &it.left);
                self.expression(scope, &it.right);
            }
            Expression::Tuple(it) => self.elements(scope, &it.elements),
            Expression::List(it) => self.elements(scope, &it.elements),
            Expression::Set(it) => self.elements(scope, &it.elements),
            Expression::Dict(it) => {
                for element in &it.elements {
                    match element {
                        DictElement::Simple { key, value, .. } => {
                            self.expression(scope, key);
                            self.expression(scope, value);
                        }
                        DictElement::Starred(it) => self.expression(scope, &it.value),
                    }
                }
            }
            Expression::GeneratorExp(it) => self.comprehension(scope, &it.for_in, &[&it.elt]),
            Expression::ListComp(it) => self.comprehension(scope, &it.for_in, &[&it.elt]),
            Expression::SetComp(it) => self.comprehension(scope, &it.for_in, &[&it.elt]),
            Expression::DictComp(it) => {
                self.comprehension(scope, &it.for_in, &[&it.key, &it.value]);
            }
            Expression::StarredDictComp(it) => self.comprehension(scope, &it.for_in, &[&it.value]),
            Expression::Subscript(it) => self.subscript(scope, it),
            Expression::StarredElement(it) => self.expression(scope, &it.value),
            Expression::IfExp(it) => {
                self.expression(scope, &it.test);
                self.expression(scope, &it.body);
                self.expression(scope, &it.orelse);
            }
            Expression::Lambda(it) => {
                let inner = self.scopes.open(Kind::Function, Some(scope));
                self.parameters(scope, inner, &it.params);
                self.expression(inner, &it.body);
            }
            Expression::Yield(it) => match it.value.as_deref() {
                Some(YieldValue::Expression(value)) => self.expression(scope, value),
                Some(YieldValue::From(from)) => self.expression(scope, &from.item),
                None => {}
            },
            Expression::Await(it) => self.expression(scope, &it.expression),
            Expression::NamedExpr(it) => {
                self.expression(scope, &it.value);
                if let Expression::Name(name) = &*it.target {
                    self.scopes.bind_walrus(scope, name.value);
                }
            }
        }
    }

    /// What a call or an attribute is of: a name here is no reference of its own.
    fn base(&mut self, scope: ScopeId, it: &'n Expression<'a>) {
        match it {
            Expression::Name(_) => {}
            Expression::Attribute(it) => self.base(scope, &it.value),
            other => self.expression(scope, other),
        }
    }

    fn elements(&mut self, scope: ScopeId, elements: &'n [Element<'a>]) {
        for element in elements {
            match element {
                Element::Simple { value, .. } => self.expression(scope, value),
                Element::Starred(it) => self.expression(scope, &it.value),
            }
        }
    }

    fn subscript(&mut self, scope: ScopeId, it: &'n Subscript<'a>) {
        self.expression(scope, &it.value);
        for element in &it.slice {
            match &element.slice {
                BaseSlice::Index(index) => self.expression(scope, &index.value),
                BaseSlice::Slice(slice) => {
                    self.maybe(scope, slice.lower.as_ref());
                    self.maybe(scope, slice.upper.as_ref());
                    self.maybe(scope, slice.step.as_ref());
                }
            }
        }
    }

    /// The first iterable belongs to the scope around a comprehension, everything else to its own.
    fn comprehension(
        &mut self,
        scope: ScopeId,
        first: &'n CompFor<'a>,
        parts: &[&'n Expression<'a>],
    ) {
        let inner = self.scopes.open(Kind::Comprehension, Some(scope));
        let mut at = (scope, Some(first));
        while let (iterates, Some(it)) = at {
            self.expression(iterates, &it.iter);
            self.target(inner, &it.target, None);
            it.ifs
                .iter()
                .for_each(|filter| self.expression(inner, &filter.test));
            at = (inner, it.inner_for_in.as_deref());
        }
        parts.iter().for_each(|part| self.expression(inner, part));
    }

    fn string(&mut self, scope: ScopeId, mut it: &'n String<'a>) {
        loop {
            match it {
                String::Simple(_) => return,
                String::Concatenated(pair) => {
                    self.string(scope, &pair.left);
                    it = &pair.right;
                }
                String::Formatted(it) => return self.formatted(scope, &it.parts),
                String::Templated(it) => return self.templated(scope, &it.parts),
            }
        }
    }

    fn formatted(&mut self, scope: ScopeId, parts: &'n [FormattedStringContent<'a>]) {
        for part in parts {
            if let FormattedStringContent::Expression(it) = part {
                let outside = std::mem::replace(&mut self.in_string, true);
                self.expression(scope, &it.expression);
                self.formatted(scope, it.format_spec.as_deref().unwrap_or_default());
                self.in_string = outside;
            }
        }
    }

    fn templated(&mut self, scope: ScopeId, parts: &'n [TemplatedStringContent<'a>]) {
        for part in parts {
            if let TemplatedStringContent::Expression(it) = part {
                let outside = std::mem::replace(&mut self.in_string, true);
                self.expression(scope, &it.expression);
                self.templated(scope, it.format_spec.as_deref().unwrap_or_default());
                self.in_string = outside;
            }
        }
    }

    /// Binds what a pattern of `case` captures.
    pub(super) fn pattern(&mut self, scope: ScopeId, pattern: &'n MatchPattern<'a>) {
        match pattern {
            MatchPattern::Value(it) => self.expression(scope, &it.value),
            MatchPattern::Singleton(_) => {}
            MatchPattern::Sequence(it) => {
                let patterns = match it {
                    MatchSequence::MatchList(list) => &list.patterns,
                    MatchSequence::MatchTuple(tuple) => &tuple.patterns,
                };
                for element in patterns {
                    match element {
                        StarrableMatchSequenceElement::Simple(it) => self.pattern(scope, &it.value),
                        StarrableMatchSequenceElement::Starred(it) => {
                            self.capture(scope, it.name.as_ref())
                        }
                    }
                }
            }
            MatchPattern::Mapping(it) => {
                for element in &it.elements {
                    self.expression(scope, &element.key);
                    self.pattern(scope, &element.pattern);
                }
                self.capture(scope, it.rest.as_ref());
            }
            MatchPattern::Class(it) => {
                it.patterns
                    .iter()
                    .for_each(|element| self.pattern(scope, &element.value));
                it.kwds
                    .iter()
                    .for_each(|element| self.pattern(scope, &element.pattern));
            }
            MatchPattern::As(it) => {
                it.pattern
                    .iter()
                    .for_each(|pattern| self.pattern(scope, pattern));
                self.capture(scope, it.name.as_ref());
            }
            MatchPattern::Or(it) => {
                it.patterns
                    .iter()
                    .for_each(|element| self.pattern(scope, &element.pattern));
            }
        }
    }

    fn capture(&mut self, scope: ScopeId, name: Option<&'n Name<'a>>) {
        if let Some(name) = name {
            self.name(scope, name);
        }
    }
}
