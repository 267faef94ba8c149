//! Tests of the page of a search.

use std::fs;

use danas::Quantity;
use danas_report::{Run, write_report};

use crate::searched::{EVALUATIONS, edit, searched};

/// Checkbox of a page that updates itself while its search runs.
pub(crate) const FOLLOWS: &str = "id=\"follow\"";

#[test]
fn the_page_needs_nothing_beside_it() {
    let page = fs::read_to_string(write_report(searched().path()).unwrap()).unwrap();
    let (page, _) = page.split_once("<script").unwrap();
    for loads in ["src=", "rel=\"stylesheet\"", "url(", "@import"] {
        assert!(!page.contains(loads), "{loads}");
    }
}

#[test]
fn the_page_leads_to_every_export() {
    let searched = searched();
    let page = fs::read_to_string(write_report(searched.path()).unwrap()).unwrap();
    for index in &searched.front {
        for ending in [".md", ".json", "_float32.tflite", "_int8.tflite", "_model.c"] {
            let file = format!("front/evaluation_{index}/model{ending}");
            assert!(page.contains(&format!("href=\"{file}\"")), "{file}");
            assert!(searched.path().join(&file).exists(), "{file}");
        }
    }
}

#[test]
fn what_an_earlier_front_achieved_is_not_taken_for_this_ones() {
    let searched = searched();
    let member = searched.front[0];
    let tested = "<small>test ";
    let folder = searched.copy();
    let size = Run::read(&folder).unwrap().evaluations[member].value(Quantity::ModelSize).unwrap();
    assert!(Run::read(&folder).unwrap().html().unwrap().contains(tested));
    // The front now seems to belong to another search, whose candidates have other sizes.
    edit(&folder, "evaluations.csv", |text| text.replace(&format!(",{size},"), ",1234,"));
    let run = Run::read(&folder).unwrap();
    let row = run.html().unwrap();
    let (_, row) = row.split_once(&format!("data-value=\"{member}\">{member}</th>")).unwrap();
    let (row, _) = row.split_once("</tr>").unwrap();
    assert!(!row.contains(tested), "{row}");
}

#[test]
fn the_page_follows_the_search_until_nothing_more_will_come() {
    let searched = searched();
    assert!(searched.first_page.contains(FOLLOWS));
    assert!(searched.first_page.contains(&format!("1 of {EVALUATIONS}")));
    let page = Run::read(searched.path()).unwrap().html().unwrap();
    assert!(!page.contains(FOLLOWS));
    assert!(page.contains("The search has ended: the evaluations are used up."));
    assert!(page.contains(&format!("{EVALUATIONS} of {EVALUATIONS}")));
}

#[test]
fn a_killed_search_is_followed() {
    let folder = searched().copy();
    edit(&folder, "journal.jsonl", |journal| {
        journal.split_inclusive('\n').take(EVALUATIONS + 1).collect()
    });
    assert!(Run::read(&folder).unwrap().html().unwrap().contains(FOLLOWS));
    // The search was killed before the first line was complete.
    for torn in ["", "{\"beg"] {
        edit(&folder, "journal.jsonl", |_| torn.to_owned());
        let page = Run::read(&folder).unwrap().html().unwrap();
        assert!(!page.contains(FOLLOWS) && page.contains("do not say how the search ended"));
    }
}

#[test]
fn a_page_without_feasible_candidates_is_one() {
    let folder = searched().copy();
    edit(&folder, "evaluations.csv", |table| table.replace(",feasible,", ",infeasible,"));
    let run = Run::read(&folder).unwrap();
    assert_eq!((run.front().count(), run.hypervolume()), (0, 0.0));
    let page = run.html().unwrap();
    assert!(page.contains("None yet.") && page.contains("Evaluations by"));
}

#[test]
fn no_text_ends_the_script_that_holds_it() {
    let folder = searched().copy();
    let attack = "</script><script>alert(1)</script>";
    edit(&folder, "evaluations.csv", |table| {
        table.replace(",feasible,,", &format!(",failed,{attack},"))
    });
    edit(&folder, "config.toml", |config| format!("# {attack}\n{config}"));
    let page = Run::read(&folder).unwrap().html().unwrap();
    assert!(page.contains("\\u003c/script>\\u003cscript>alert(1)"));
    assert!(!page.contains(attack));
}
