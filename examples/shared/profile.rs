//! The time that a search spends in each kind of its tracing spans.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use tracing::{Subscriber, span};
use tracing_subscriber::{Layer, layer::Context, registry::LookupSpan};

/// Adds up the time that threads spend in each kind of span. Clones share their sums.
#[derive(Clone, Default)]
pub(crate) struct Profile(Arc<Mutex<BTreeMap<&'static str, Sums>>>);

/// Sums over all threads for one kind of span.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    count: usize,
    all: Duration,
    /// Time without that of nested spans.
    own: Duration,
}

thread_local! {
    /// For each span that the thread is in: when it was entered, and the time spent in spans nested
    /// in it.
    static ENTERED: RefCell<Vec<(Instant, Duration)>> = const { RefCell::new(Vec::new()) };
}

impl<S: Subscriber + for<'s> LookupSpan<'s>> Layer<S> for Profile {
    fn on_enter(&self, _: &span::Id, _: Context<'_, S>) {
        ENTERED.with_borrow_mut(|entered| entered.push((Instant::now(), Duration::ZERO)));
    }

    fn on_exit(&self, id: &span::Id, context: Context<'_, S>) {
        let left = ENTERED.with_borrow_mut(|entered| {
            let (since, inside) = entered.pop()?;
            let all = since.elapsed();
            if let Some((_, inside)) = entered.last_mut() {
                *inside += all;
            }
            Some((all, all.saturating_sub(inside)))
        });
        let (Some((all, own)), Some(metadata)) = (left, context.metadata(id)) else { return };
        let mut sums = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sums = sums.entry(metadata.name()).or_default();
        sums.count += 1;
        sums.all += all;
        sums.own += own;
    }
}

/// Writes a Markdown table, with the largest time without nested spans first.
impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sums = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut rows: Vec<_> = sums.iter().collect();
        rows.sort_by_key(|(_, sums)| std::cmp::Reverse(sums.own));
        writeln!(f, "| span | times | thread seconds | without nested spans |")?;
        writeln!(f, "|---|---|---|---|")?;
        for (name, Sums { count, all, own }) in rows {
            let (all, own) = (all.as_secs_f64(), own.as_secs_f64());
            writeln!(f, "| {name} | {count} | {all:.1} | {own:.1} |")?;
        }
        Ok(())
    }
}
