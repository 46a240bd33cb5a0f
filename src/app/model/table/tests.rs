//! The table: what is shown of a list, and how the next one is taken over.

use super::super::column::Column;
use chrono::TimeDelta;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::fixture::{id, listing, now, session, used};
use super::*;
use crate::session::Listing;

fn shown(table: &Table) -> Vec<SessionId> {
    (0..table.shown_len())
        .filter_map(|p| table.id_at(p))
        .collect()
}

#[test]
fn a_fresh_list_keeps_known_sizes_and_tells_what_is_new() {
    let mut table = Table::default();
    assert_eq!(table.replace(listing(3), now()).0, [0, 1, 2]);
    table.set_size(id(1), Size::Known(used(7)));
    let mut fewer = listing(4);
    fewer.sessions.remove(0);
    assert_eq!(table.replace(fewer, now()).0, [2]);
    assert_eq!(shown(&table), [id(1), id(2), id(3)]);
    assert_eq!(table.get(id(1)).unwrap().size.bytes(), Some(7));
    assert!(table.get(id(0)).is_none());
}

#[test]
fn what_is_being_deleted_is_hidden_and_can_come_back() {
    let mut table = Table::default();
    table.replace(listing(3), now());
    table.hide([id(1)]);
    table.arrange(now());
    assert_eq!(shown(&table), [id(0), id(2)]);
    assert!(table.get(id(1)).is_none());
    assert_eq!(table.total().sessions, 2);
    // A list that was read before the rename doesn't bring it back.
    table.replace(listing(3), now());
    assert_eq!(shown(&table), [id(0), id(2)]);
    table.unhide([id(1)]);
    table.arrange(now());
    assert_eq!(shown(&table), [id(0), id(1), id(2)]);
    table.remove(&[id(1)].into());
    assert_eq!(shown(&table), [id(0), id(2)]);
    assert_eq!(table.total().sessions, 2);
    // It was brought back: the next list has it, and its size is to be measured.
    assert_eq!(table.replace(listing(3), now()).0, [1]);
    assert_eq!(shown(&table), [id(0), id(1), id(2)]);
}

#[test]
fn a_list_made_ready_for_this_table_is_taken_over_as_one_that_was_not() {
    let mut tables: [Table; 2] = Default::default();
    let next = || {
        let mut next = listing(6);
        next.sessions.remove(4);
        next.sessions.remove(1);
        next.sessions.insert(0, session(-1));
        next
    };
    for (table, ready) in tables.iter_mut().zip([true, false]) {
        table.replace(listing(5), now());
        for days in 0..5 {
            table.set_size(id(days), Size::Known(used(10 + days.unsigned_abs())));
        }
        let known = table.known(now());
        if !ready {
            // Meanwhile another list came.
            table.replace(listing(6), now());
        }
        let (new, _) = table.replace(Fresh::of(next(), known), now());
        assert_eq!(new.len(), if ready { 2 } else { 1 });
        assert_eq!(shown(table), [-1, 0, 2, 3, 5].map(id));
        for days in [0, 2, 3] {
            let bytes = table.get(id(days)).unwrap().size.bytes();
            assert_eq!(bytes, Some(10 + days.unsigned_abs()), "{days}");
        }
        assert_eq!(table.get(id(5)).unwrap().size, &Size::Unknown);
        assert_eq!(table.largest(), 13);
    }
}

#[test]
fn sorting_and_filtering_find_their_rows() {
    let mut table = Table::default();
    table.replace(listing(5), now());
    for (days, bytes) in [(0, 5), (1, 50), (2, 500), (3, 5_000), (4, 1)] {
        table.set_size(id(days), Size::Known(used(bytes)));
    }
    assert_eq!(table.largest(), 5_000);
    let by_size = Sort {
        column: Column::Size,
        descending: true,
    };
    table.set_sort(by_size);
    table.set_filter(Filter::parse("smaller:500B"), now());
    assert_eq!(shown(&table), [id(2), id(1), id(0), id(4)]);
    assert_eq!(table.position(id(0)), Some(2));
    assert_eq!(table.position(id(3)), None);
    let total = table.total();
    assert_eq!(
        (total.sessions, total.bytes, total.complete),
        (5, 5_556, true)
    );
}
#[test]
fn what_a_thread_made_ready_is_only_swapped_in_if_nothing_changed_meanwhile() {
    for meanwhile in [false, true] {
        let mut table = Table::default();
        table.replace(listing(3), now());
        table.set_size(id(1), Size::Known(used(7)));
        let fresh = Fresh::of(listing(4), table.known(now()));
        if meanwhile {
            table.set_size(id(2), Size::Known(used(9)));
        }
        let ready = fresh.list.sizes.clone();
        table.replace(fresh, now());
        assert_eq!(Arc::ptr_eq(&ready, &table.list.sizes), !meanwhile);
    }
}

/// Has the thread answer.
fn arrange(table: &mut Table) -> usize {
    let mut asked = 0;
    while let Some(disorder) = table.disorder(now()) {
        asked += 1;
        assert!(table.disorder(now()).is_none(), "one at a time");
        table.take_order(disorder.order());
    }
    assert!(!table.is_arranging());
    asked
}

/// More than are arranged in a frame.
fn large() -> Table {
    let mut table = Table::default();
    table.replace(Fresh::of(listing(LARGE), Known::default()), now());
    assert!(!table.is_arranging(), "it comes in order");
    table
}

const LARGE: i64 = 5_001;

#[test]
fn a_thread_sorts_and_filters_a_large_table_which_stays_as_it_is_until_then() {
    let mut table = large();
    table.set_size(id(4), Size::Known(used(9)));
    table.set_size(id(7), Size::Known(used(10)));
    table.set_filter(Filter::parse("older:3d newer:10d"), now());
    assert_eq!(table.shown_len() as i64, LARGE);
    assert_eq!(arrange(&mut table), 1);
    assert_eq!(shown(&table), [4, 5, 6, 7, 8, 9, 10].map(id));
    table.set_sort(Sort {
        column: Column::Size,
        descending: true,
    });
    assert_eq!(table.id_at(0), Some(id(4)));
    assert_eq!(arrange(&mut table), 1);
    assert_eq!(shown(&table)[..3], [7, 4, 5].map(id));
    assert_eq!(arrange(&mut table), 0, "nothing more to do");
}

#[test]
fn an_order_that_came_too_late_is_not_taken_over() {
    // The filter changed, and changed again.
    let mut table = large();
    table.set_filter(Filter::parse("older:3d"), now());
    let early = table.disorder(now()).unwrap();
    table.set_filter(Filter::parse("newer:1d"), now());
    table.take_order(early.order());
    assert_eq!(table.shown_len() as i64, LARGE, "neither this nor that");
    assert_eq!(arrange(&mut table), 1);
    assert_eq!(shown(&table), [0, 1].map(id));

    // Another list came: what it was made ready for is what was typed before.
    let known = large().known(now());
    let mut next = listing(LARGE + 1);
    next.sessions.remove(1);
    let early = {
        table.set_filter(Filter::parse("newer:2d"), now());
        table.disorder(now()).unwrap()
    };
    table.replace(Fresh::of(next, known), now());
    table.take_order(early.order());
    assert_eq!(table.shown_len() as i64, LARGE);
    assert_eq!(arrange(&mut table), 1);
    assert_eq!(shown(&table), [0, 2].map(id));
}

#[test]
fn what_is_deleted_while_a_thread_sorts_stays_hidden_and_what_came_back_is_shown() {
    let mut table = large();
    table.hide([id(2)]);
    table.set_filter(Filter::parse("newer:4d"), now());
    let early = table.disorder(now()).unwrap();
    table.hide([id(1)]);
    table.unhide([id(2)]);
    table.arrange(now());
    table.remove(&[id(3)].into());
    table.take_order(early.order());
    assert_eq!(shown(&table), [0, 4].map(id));
    assert_eq!(arrange(&mut table), 1);
    assert_eq!(shown(&table), [0, 2, 4].map(id));
}

#[test]
fn an_edit_while_a_thread_works_changes_the_table_and_not_what_the_thread_sees() {
    let mut table = large();
    table.set_filter(Filter::parse("is:pinned"), now());
    let early = table.disorder(now()).unwrap();
    table.edit(id(3), |session| session.protection.pinned = true);
    assert!(table.get(id(3)).unwrap().session.protection.pinned);
    table.take_order(early.order());
    assert!(shown(&table).is_empty());
}

/// What can happen to a table.
#[derive(Debug, Clone)]
enum Event {
    Size(i64, Size),
    Hide(i64),
    Unhide(i64),
    Remove(i64),
    Sort(Sort),
    Filter(&'static str),
    List(Listing),
}

const FILTERS: [&str; 6] = [
    "",
    "larger:40B",
    "older:3d",
    "is:damaged",
    "0708",
    "newer:4d smaller:50B",
];

fn lists() -> impl Strategy<Value = Listing> {
    vec(any::<bool>(), 8).prop_map(|there| {
        let mut listing = listing(8);
        let mut there = there.into_iter();
        listing.sessions.retain(|_| there.next() == Some(true));
        listing
    })
}

fn sizes() -> impl Strategy<Value = Size> {
    prop_oneof![
        (0..100u64).prop_map(|bytes| Size::Known(used(bytes))),
        (0..100u64).prop_map(|bytes| Size::Counting(used(bytes))),
        Just(Size::Failed("locked".to_owned())),
    ]
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let day = || 0..8i64;
    let sort = (select(&Column::ALL), any::<bool>());
    let event = prop_oneof![
        4 => (day(), sizes()).prop_map(|(day, size)| Event::Size(day, size)),
        2 => day().prop_map(Event::Hide),
        1 => day().prop_map(Event::Unhide),
        1 => day().prop_map(Event::Remove),
        1 => sort.prop_map(|(column, descending)| Event::Sort(Sort { column, descending })),
        1 => select(&FILTERS).prop_map(Event::Filter),
        1 => lists().prop_map(Event::List),
    ];
    vec(event, 0..8)
}

fn apply(table: &mut Table, events: Vec<Event>) {
    for event in events {
        match event {
            Event::Size(day, size) => drop(table.set_size(id(day), size)),
            Event::Hide(day) => table.hide([id(day)]),
            Event::Unhide(day) => table.unhide([id(day)]),
            Event::Remove(day) => table.remove(&[id(day)].into()),
            Event::Sort(sort) => table.set_sort(sort),
            Event::Filter(typed) => table.set_filter(Filter::parse(typed), now()),
            Event::List(listing) => drop(table.replace(listing, now())),
        }
    }
}

proptest! {
    #[test]
    fn taking_over_a_list_is_the_same_as_making_the_table_anew(
        before in events(),
        meanwhile in prop_oneof![Just(Vec::new()), events()],
        next in lists(),
        days_later in 0..3i64,
    ) {
        let mut table = Table::default();
        table.replace(listing(8), now());
        apply(&mut table, before);
        let known = table.known(now());
        apply(&mut table, meanwhile);

        let later = now() + TimeDelta::days(days_later);
        let mut anew = Table::default();
        anew.replace(next.clone(), later);
        let mut new = Vec::new();
        for (session, place) in next.sessions.iter().zip(0..) {
            match table.list.places.get(session.id) {
                Some(old) => drop(anew.set_size(session.id, table.at(old).unwrap().size.clone())),
                None => new.push(place),
            }
            if table.gone.contains(&session.id) {
                new.push(place);
            }
        }
        anew.hide(table.view.leaving.iter().copied());
        anew.set_sort(table.sort());
        anew.set_filter(table.filter().clone(), later);

        let (mut told, _) = table.replace(Fresh::of(next, known), later);
        told.sort_unstable();
        new.sort_unstable();
        prop_assert_eq!(told, new);
        prop_assert_eq!(shown(&table), shown(&anew));
        prop_assert!(table.rows().eq(anew.rows()));
        prop_assert_eq!(table.largest(), anew.largest());
        prop_assert_eq!(table.total(), anew.total());
        prop_assert_eq!(table.current(), anew.current());
        prop_assert_eq!(table.for_digest(), anew.for_digest());
        prop_assert_eq!(table.is_empty(), anew.is_empty());
    }
}
