//! People that meet every move of a setting, kept between the moves.

use std::{
    collections::VecDeque,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::{Arc, Mutex, PoisonError},
};

use needlepoint_case::Case;
use needlepoint_course::{CourseError, live::LiveCourse};
use needlepoint_knowledge::Knowledge;

/// So many groups of people are kept; each takes some hundred kilobytes.
const KEPT: usize = 16;

/// A few answers, the latest first.
pub(crate) struct Kept<K, V> {
    most: usize,
    answers: Mutex<VecDeque<(K, Arc<V>)>>,
}

impl<K: PartialEq, V> Kept<K, V> {
    pub(crate) fn new() -> Self {
        Self::at_most(KEPT)
    }

    /// Keeps so many.
    pub(crate) fn at_most(most: usize) -> Self {
        Self { most, answers: Mutex::new(VecDeque::new()) }
    }

    /// What was kept under a key.
    pub(crate) fn get(&self, key: &K) -> Option<Arc<V>> {
        let mut kept = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().position(|(known, _)| known == key)?;
        let entry = kept.remove(place)?;
        let value = Arc::clone(&entry.1);
        kept.push_front(entry);
        Some(value)
    }

    /// Keep an answer; the one not asked for longest goes.
    pub(crate) fn put(&self, key: K, value: V) -> Arc<V> {
        let value = Arc::new(value);
        let mut kept = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| *known != key);
        kept.push_front((key, Arc::clone(&value)));
        kept.truncate(self.most);
        value
    }
}

/// People by what they were drawn from.
pub(crate) struct People(Kept<(u32, u64), LiveCourse>);

impl People {
    pub(crate) fn new() -> Self {
        Self(Kept::new())
    }

    /// The people of a case: drawn once, the same at every move.
    ///
    /// # Errors
    /// When the knowledge lacks what the models need.
    pub(crate) fn of(
        &self,
        case: &Case,
        knowledge: &Knowledge,
    ) -> Result<Arc<LiveCourse>, CourseError> {
        let mut hasher = DefaultHasher::new();
        case.simulate.members_of.hash(&mut hasher);
        let key = (case.simulate.seed, hasher.finish());
        match self.0.get(&key) {
            Some(people) => Ok(people),
            None => Ok(self.0.put(key, LiveCourse::new(case, knowledge)?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_not_asked_for_longest_goes() {
        let kept = Kept::new();
        for n in 0..KEPT {
            kept.put(n, n);
        }
        assert!(kept.get(&0).is_some());
        kept.put(KEPT, KEPT);
        assert!(kept.get(&0).is_some() && kept.get(&1).is_none());
        kept.put(0, 7);
        assert_eq!(kept.get(&0).as_deref(), Some(&7));
    }
}
