//! Tests of the facade. They are one program, because each program compiles the search anew.

#![allow(clippy::unwrap_used, clippy::panic)]

mod augmentation;
mod classifier;
mod config;
mod data;
mod deployment;
mod documentation;
mod front;
mod journal;
mod judging;
mod kinds;
mod left_out;
mod manifest;
mod recorded;
mod search;
mod split;
mod support;
mod versions;
