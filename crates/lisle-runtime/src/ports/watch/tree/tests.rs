use std::io::ErrorKind;

use super::*;
use crate::world::io::{Watched, WatchedDirectory};

fn change(id: i32, kind: ChangeKind, name: &str) -> Change {
    Change { id, kind, name: name.to_owned(), directory: false, cookie: 0 }
}

fn directory(id: i32, kind: ChangeKind, name: &str) -> Change {
    Change { directory: true, ..change(id, kind, name) }
}

fn watched(directories: &[(i32, &str, &[&str])]) -> io::Result<Watched> {
    let directories = directories.iter().map(|(id, path, names)| WatchedDirectory {
        id: *id,
        path: (*path).to_owned(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
    });
    Ok(Watched { directories: directories.collect(), ..Watched::default() })
}

/// A tree that watches `/r`, whose number is 1.
fn tree() -> Tree {
    let mut tree = Tree::default();
    tree.add("/r".to_owned(), true, 7);
    assert!(tree.next_wanted(|_| true).is_some());
    assert!(matches!(tree.finish(watched(&[(1, "", &[])])), Some((7, Ok(())))));
    tree
}

/// What is told, in short.
fn told(tree: &mut Tree) -> String {
    let show = |report: Report| match report.from {
        Some(from) => format!("{from}->{}", report.path),
        None => format!("{:?} {}", report.kind, report.path),
    };
    tree.batch().into_iter().map(show).collect::<Vec<_>>().join(", ")
}

/// What is wanted next, and what came of it.
fn look(tree: &mut Tree, path: &str, found: io::Result<Watched>) {
    assert_eq!(tree.next_wanted(|_| true).map(|wanted| wanted.path.as_str()), Some(path));
    assert!(!tree.is_settled());
    assert!(tree.finish(found).is_none());
}

#[test]
fn halves_of_a_renaming_that_come_apart_are_a_removal_and_a_making() {
    let mut tree = tree();
    tree.take(vec![change(1, ChangeKind::MovedFrom, "a")]);
    tree.take(vec![change(1, ChangeKind::MovedTo, "b")]);
    assert_eq!(told(&mut tree), "Remove /r/a, Create /r/b");
    tree.take(vec![change(1, ChangeKind::MovedFrom, "a"), change(1, ChangeKind::MovedTo, "b")]);
    assert_eq!(told(&mut tree), "/r/a->/r/b");
}

#[test]
fn what_a_list_has_told_is_not_told_again_by_its_making() {
    let mut tree = tree();
    tree.take(vec![directory(1, ChangeKind::Created, "d")]);
    assert_eq!(told(&mut tree), "Create /r/d");
    look(&mut tree, "/r/d", watched(&[(2, "", &["early", "late"])]));
    assert_eq!(told(&mut tree), "Create /r/d/early, Create /r/d/late");
    // Made after the directory was watched and before it was listed.
    tree.take(vec![change(2, ChangeKind::Created, "late"), change(2, ChangeKind::Modified, "late")]);
    assert_eq!(told(&mut tree), "Modify /r/d/late");
    tree.take(vec![change(2, ChangeKind::Deleted, "early"), change(2, ChangeKind::Created, "early")]);
    assert_eq!(told(&mut tree), "Remove /r/d/early, Create /r/d/early");
    assert!(tree.is_settled());
}

#[test]
fn a_list_does_not_count_once_everything_was_taken() {
    let mut tree = tree();
    tree.take(vec![directory(1, ChangeKind::Created, "d")]);
    look(&mut tree, "/r/d", watched(&[(2, "", &["a"])]));
    tree.drained();
    tree.take(vec![change(2, ChangeKind::Created, "a")]);
    assert_eq!(told(&mut tree), "Create /r/d, Create /r/d/a, Create /r/d/a");
}

#[test]
fn a_directory_that_does_not_tell_of_its_renaming_is_another_one() {
    let mut tree = tree();
    tree.take(vec![directory(1, ChangeKind::Created, "d")]);
    // By the time of the list the first one was renamed, and a second one made.
    look(&mut tree, "/r/d", watched(&[(3, "", &["x"])]));
    assert_eq!(told(&mut tree), "Create /r/d, Create /r/d/x");
    tree.take(vec![
        directory(1, ChangeKind::MovedFrom, "d"),
        directory(1, ChangeKind::MovedTo, "e"),
        directory(1, ChangeKind::Created, "d"),
        change(3, ChangeKind::Created, "x"),
    ]);
    assert_eq!(told(&mut tree), "Remove /r/d, Create /r/e, Create /r/d");
    look(&mut tree, "/r/e", watched(&[(2, "", &[])]));
    look(&mut tree, "/r/d", watched(&[(3, "", &["x"])]));
    assert_eq!(told(&mut tree), "Create /r/d/x");
    assert_eq!(tree.unwanted(), Vec::<i32>::new());
}

#[test]
fn a_directory_that_tells_of_its_renaming_keeps_what_is_known() {
    let mut tree = tree();
    tree.take(vec![directory(1, ChangeKind::Created, "d")]);
    look(&mut tree, "/r/d", watched(&[(2, "", &["s"]), (3, "s", &[])]));
    told(&mut tree);
    tree.take(vec![
        directory(1, ChangeKind::MovedFrom, "d"),
        directory(1, ChangeKind::MovedTo, "e"),
        directory(2, ChangeKind::MovedItself, ""),
        change(3, ChangeKind::Created, "x"),
    ]);
    assert_eq!(told(&mut tree), "/r/d->/r/e, Create /r/e/s/x");
    look(&mut tree, "/r/e", watched(&[(2, "", &["s"]), (3, "s", &["x"])]));
    assert_eq!(told(&mut tree), "");
}

#[test]
fn an_addition_that_fails_in_the_middle_is_undone() {
    let mut tree = tree();
    tree.add("/q".to_owned(), true, 8);
    assert!(tree.next_wanted(|_| true).is_some());
    // The number 1 is watched already.
    let mut half = watched(&[(4, "", &[]), (1, "link", &[]), (5, "x", &[])]).expect("it is one");
    half.error = Some(("/q/y".to_owned(), ErrorKind::StorageFull.into()));
    assert!(matches!(tree.finish(Ok(half)), Some((8, Err((path, _)))) if path == "/q/y"));
    assert_eq!(tree.unwanted(), [4, 5]);
    assert!(!tree.remove("/q"));
}

#[test]
fn an_addition_that_nobody_waits_for_does_not_begin() {
    let mut tree = tree();
    tree.add("/q".to_owned(), true, 8);
    tree.add("/p".to_owned(), false, 9);
    assert_eq!(tree.next_wanted(|token| token == 9).map(|wanted| wanted.path.as_str()), Some("/p"));
}

#[test]
fn what_is_removed_while_it_is_looked_at_is_not_watched() {
    let mut tree = tree();
    tree.take(vec![directory(1, ChangeKind::Created, "d")]);
    assert!(tree.next_wanted(|_| true).is_some());
    assert!(tree.remove("/r/"));
    assert_eq!(tree.unwanted(), Vec::<i32>::new());
    assert!(tree.finish(watched(&[(2, "", &["x"])])).is_none());
    assert_eq!(tree.unwanted(), [1, 2]);
    assert_eq!(told(&mut tree), "Create /r/d");
}

#[test]
fn an_overflow_is_told_when_what_is_there_is_watched() {
    let mut tree = tree();
    tree.take(vec![directory(1, ChangeKind::Created, "d")]);
    look(&mut tree, "/r/d", watched(&[(2, "", &[])]));
    told(&mut tree);
    tree.take(vec![Change { id: -1, ..change(0, ChangeKind::Overflow, "") }]);
    assert_eq!(told(&mut tree), "");
    look(&mut tree, "/r", watched(&[(1, "", &["e"]), (3, "e", &["x"])]));
    assert_eq!(told(&mut tree), "Overflow /r");
    assert_eq!(tree.unwanted(), [2]);
    tree.take(vec![change(3, ChangeKind::Created, "y")]);
    assert_eq!(told(&mut tree), "Create /r/e/y");
}
