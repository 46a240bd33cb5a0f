//! What the window tells in its corner: what can still be undone, what went wrong, what has been done.
//! Pure: time passes only through [`Toasts::pass`], which holds still for one under the pointer.

use std::time::Duration;

use super::problem::Problem;

/// How long a deleted session can be brought back.
pub const UNDO_TIME: Duration = Duration::from_secs(30);

/// How long a message stays that asks for nothing.
pub const NOTICE_TIME: Duration = Duration::from_secs(6);

/// Names a toast as long as it is there.
pub type ToastId = u64;

/// Names what one act deleted, as long as it can be undone.
pub type BatchId = u64;

/// One message.
#[derive(Debug, Clone, PartialEq)]
pub struct Toast {
    /// Its name.
    pub id: ToastId,
    /// How it looks and what it offers.
    pub kind: Kind,
    /// The message, one line.
    pub title: String,
    /// What else a person should read, under the title.
    pub body: Option<String>,
    /// The rest, behind "Details".
    pub details: Option<String>,
    /// Whether the details are open.
    pub open: bool,
    /// Time left; `None` stays until dismissed.
    left: Option<Duration>,
    /// Whether the pointer is on it.
    pub hovered: bool,
}

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Something was done.
    Notice,
    /// Something to know, which nobody did.
    Remark,
    /// Something a person should look at; stays.
    Warning,
    /// Something failed; stays.
    Error,
    /// Something was deleted and can be brought back.
    Undo(BatchId),
}

/// All messages, oldest first.
#[derive(Debug, Default)]
pub struct Toasts {
    list: Vec<Toast>,
    next: ToastId,
}

impl Toasts {
    /// The messages, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Toast> + ExactSizeIterator {
        self.list.iter()
    }

    /// Says that something was done.
    pub fn notice(&mut self, title: impl Into<String>, body: Option<String>) {
        self.push(Kind::Notice, title.into(), body, None, Some(NOTICE_TIME));
    }

    /// Says that nothing was done, or that others did it.
    pub fn remark(&mut self, title: impl Into<String>, body: Option<String>) {
        self.push(Kind::Remark, title.into(), body, None, Some(NOTICE_TIME));
    }

    /// Says what a person should look at.
    pub fn warning(
        &mut self,
        title: impl Into<String>,
        body: Option<String>,
        details: Option<String>,
    ) {
        self.push(Kind::Warning, title.into(), body, details, None);
    }

    /// Says what went wrong. The same problem twice is one message.
    pub fn error(&mut self, problem: Problem) {
        let again = |t: &Toast| {
            t.kind == Kind::Error
                && t.title == problem.title
                && t.body.as_ref() == Some(&problem.why)
        };
        if !self.list.iter().any(again) {
            let Problem {
                title,
                why,
                details,
            } = problem;
            self.push(Kind::Error, title, Some(why), Some(details), None);
        }
    }

    /// Offers to undo.
    pub fn undo(&mut self, batch: BatchId, title: String, body: Option<String>) {
        self.push(Kind::Undo(batch), title, body, None, Some(UNDO_TIME));
    }

    /// Lets time pass; returns the batches that can no longer be undone.
    pub fn pass(&mut self, time: Duration) -> Vec<BatchId> {
        let mut over = Vec::new();
        self.list.retain_mut(|toast| {
            let Some(left) = toast.left else {
                return true;
            };
            let left = if toast.hovered {
                left
            } else {
                left.saturating_sub(time)
            };
            toast.left = Some(left);
            if left.is_zero() {
                over.extend(toast.batch());
            }
            !left.is_zero()
        });
        over
    }

    /// When the next one ends by itself.
    pub fn next_end(&self) -> Option<Duration> {
        let waiting = self.list.iter().filter(|t| !t.hovered);
        waiting.filter_map(|t| t.left).min()
    }

    /// Puts the pointer on one, or on none.
    pub fn hover(&mut self, hovered: Option<ToastId>) {
        for toast in &mut self.list {
            toast.hovered = hovered == Some(toast.id);
        }
    }

    /// Opens or closes the details of one.
    pub fn toggle_details(&mut self, id: ToastId) {
        if let Some(toast) = self.list.iter_mut().find(|t| t.id == id) {
            toast.open = !toast.open;
        }
    }

    /// Takes one away; returns the batch that it offered to undo.
    pub fn dismiss(&mut self, id: ToastId) -> Option<BatchId> {
        let place = self.list.iter().position(|t| t.id == id)?;
        self.list.remove(place).batch()
    }

    /// Takes away the offer to undo `batch`.
    pub fn withdraw(&mut self, batch: BatchId) {
        self.list.retain(|t| t.batch() != Some(batch));
    }

    /// Takes away every offer to undo.
    pub fn withdraw_all(&mut self) {
        self.list.retain(|t| t.batch().is_none());
    }

    /// The newest batch that can be undone.
    pub fn newest_batch(&self) -> Option<BatchId> {
        self.list.iter().rev().find_map(Toast::batch)
    }

    fn push(
        &mut self,
        kind: Kind,
        title: String,
        body: Option<String>,
        details: Option<String>,
        left: Option<Duration>,
    ) {
        self.next += 1;
        self.list.push(Toast {
            id: self.next,
            kind,
            title,
            body,
            details,
            open: false,
            left,
            hovered: false,
        });
    }
}

impl Toast {
    /// Everything it says.
    pub fn whole(&self) -> String {
        let parts = [Some(&self.title), self.body.as_ref(), self.details.as_ref()];
        let parts: Vec<_> = parts.into_iter().flatten().map(String::as_str).collect();
        parts.join("\n")
    }

    /// The batch that it offers to undo.
    pub fn batch(&self) -> Option<BatchId> {
        match self.kind {
            Kind::Undo(batch) => Some(batch),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(title: &str) -> Problem {
        Problem {
            title: title.into(),
            why: "the operating system refused".into(),
            details: "all of it".into(),
        }
    }

    #[test]
    fn undo_ends_after_thirty_seconds_that_stand_still_under_the_pointer() {
        let mut toasts = Toasts::default();
        toasts.undo(7, "Deleted one session".into(), None);
        let id = toasts.iter().next().unwrap().id;
        assert_eq!(toasts.next_end(), Some(UNDO_TIME));
        assert!(toasts.pass(Duration::from_secs(20)).is_empty());
        toasts.hover(Some(id));
        assert_eq!(toasts.next_end(), None, "nothing to wake up for");
        assert!(toasts.pass(Duration::from_secs(100)).is_empty());
        toasts.hover(None);
        assert_eq!(toasts.next_end(), Some(Duration::from_secs(10)));
        assert_eq!(toasts.pass(Duration::from_secs(10)), [7]);
        assert_eq!(toasts.iter().count(), 0);
    }

    #[test]
    fn errors_stay_and_are_said_once() {
        let mut toasts = Toasts::default();
        toasts.error(problem("Could not pin it"));
        toasts.error(problem("Could not pin it"));
        toasts.error(problem("Could not list it"));
        assert!(toasts.pass(Duration::from_secs(3600)).is_empty());
        let titles: Vec<_> = toasts.iter().map(|t| t.title.as_str()).collect();
        assert_eq!(titles, ["Could not pin it", "Could not list it"]);
        assert_eq!(toasts.next_end(), None);
    }

    #[test]
    fn dismissing_an_offer_gives_up_its_batch() {
        let mut toasts = Toasts::default();
        toasts.undo(1, "one".into(), None);
        toasts.undo(2, "two".into(), None);
        assert_eq!(toasts.newest_batch(), Some(2));
        let second = toasts.iter().last().unwrap().id;
        assert_eq!(toasts.dismiss(second), Some(2));
        toasts.withdraw(1);
        assert_eq!(toasts.newest_batch(), None);
        assert_eq!(toasts.dismiss(99), None);
    }
}
