//! A quick hash for ids of sessions: to look up 100,000 of them has to fit into a frame. Ids are names on a disk of
//! the person's own, so that nothing has to be done against those who choose them to be slow. Pure.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use crate::session::SessionId;

/// Something for each of some sessions.
pub type IdMap<T> = HashMap<SessionId, T, BuildHasherDefault<IdHasher>>;

/// Some sessions.
pub type IdSet = HashSet<SessionId, BuildHasherDefault<IdHasher>>;

/// Mixes the few numbers that an id consists of.
#[derive(Debug, Clone, Copy, Default)]
pub struct IdHasher(u64);

impl IdHasher {
    fn mix(&mut self, number: u64) {
        // An odd number without a pattern: the golden ratio.
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.mix(u64::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.mix(u64::from(number));
    }

    fn write_i32(&mut self, number: i32) {
        self.mix(u64::from(number.cast_unsigned()));
    }

    fn write_u64(&mut self, number: u64) {
        self.mix(number);
    }

    fn finish(&self) -> u64 {
        // A table takes its place from the low bits, and the high ones are mixed best.
        self.0.rotate_left(26)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::now;
    use super::*;
    use std::hash::BuildHasher;

    #[test]
    fn ids_a_second_a_minute_or_a_day_apart_are_spread_evenly() {
        let hash = BuildHasherDefault::<IdHasher>::default();
        for seconds in [1, 60, 3_600, 86_400] {
            let mut places = [0u32; 1_024];
            for n in 0..10_240 {
                let time = now() - chrono::TimeDelta::seconds(n * seconds);
                let id = SessionId::from_local(time.naive_local()).unwrap();
                places[(hash.hash_one(id) % 1_024) as usize] += 1;
            }
            let fullest = places.iter().max().copied().unwrap();
            assert!(
                fullest < 40,
                "{fullest} of 10 on average, {seconds} s apart"
            );
        }
    }
}
