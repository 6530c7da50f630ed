//! Task graphs as the blueprint's control matrix asks for them: a DAG without orphans.

use comity_constitution::DomainType;
use comity_mission::facts::{Task, TaskId};
use comity_mission::limits::{TASK_ID_BYTES_MAX, TASKS_MAX, TASKS_SHOWN_MAX};
use comity_mission::{GraphError, TaskGraph};
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, proptest};

use crate::world::{ORDER, task, tasks};

fn refusal(tasks: Vec<Task>) -> GraphError {
    TaskGraph::new(tasks).unwrap_err()
}

fn ids(names: &[&str]) -> Vec<TaskId> {
    names.iter().map(|name| TaskId::new(*name)).collect()
}

#[test]
fn a_diamond_has_one_order_and_one_final_task() {
    let graph = TaskGraph::new(tasks()).unwrap();
    assert_eq!(graph.order(), ids(&ORDER));
    assert_eq!(graph.final_task().as_str(), "report");
    assert_eq!(graph.task(&TaskId::new("detect")).unwrap().title, "do detect");
    assert_eq!(graph.tasks().count(), 4);
}

#[test]
fn one_task_is_a_graph_and_none_is_not() {
    assert_eq!(TaskGraph::new(vec![task("only", &[])]).unwrap().order(), ids(&["only"]));
    assert_eq!(refusal(Vec::new()), GraphError::Empty);
}

#[test]
fn ids_are_short_printable_and_unique() {
    let long = "x".repeat(TASK_ID_BYTES_MAX + 1);
    for bad in ["", " ", "a b", "a ", "z\u{fc}ge", "a\n", &long] {
        let error = GraphError::BadTaskId { position: 1, len: bad.len(), max: TASK_ID_BYTES_MAX };
        assert_eq!(refusal(vec![task("a", &[]), task(bad, &["a"])]), error);
    }
    let longest = "x".repeat(TASK_ID_BYTES_MAX);
    assert!(TaskGraph::new(vec![task(&longest, &[])]).is_ok());
    let twins = vec![task("a", &[]), task("b", &["a"]), task("a", &[])];
    assert_eq!(refusal(twins), GraphError::DuplicateTask { task: TaskId::new("a") });
}

#[test]
fn titles_are_not_blank() {
    let mut blank = task("a", &[]);
    blank.title = "  ".to_owned();
    assert_eq!(refusal(vec![blank]).code(), "mission.graph_bad_title");
}

#[test]
fn dependencies_are_known_and_named_once() {
    let unknown = vec![task("a", &[]), task("b", &["a", "ghost"])];
    let error = GraphError::UnknownDependency { task: TaskId::new("b"), position: 1 };
    assert_eq!(refusal(unknown), error);
    let twice = vec![task("a", &[]), task("b", &["a", "a"])];
    let (task, depends_on) = (TaskId::new("b"), TaskId::new("a"));
    assert_eq!(refusal(twice), GraphError::DuplicateDependency { task, depends_on });
}

#[test]
fn a_cycle_is_shown_without_the_tasks_around_it() {
    let graph = vec![
        task("a", &[]),
        task("b", &["a", "d"]),
        task("c", &["b"]),
        task("d", &["c"]),
        task("e", &["d"]),
    ];
    assert_eq!(refusal(graph), GraphError::Cycle { tasks: ids(&["b", "d", "c"]), len: 3 });
    let own = vec![task("a", &["a"])];
    assert_eq!(refusal(own), GraphError::Cycle { tasks: ids(&["a"]), len: 1 });
}

#[test]
fn a_long_cycle_is_cut_to_what_a_person_reads() {
    let name = |index: usize| format!("t{index:02}");
    let ring = (0..TASKS_MAX).map(|index| task(&name(index), &[&name((index + 1) % TASKS_MAX)]));
    let GraphError::Cycle { tasks, len } = refusal(ring.collect()) else {
        panic!("a ring is a cycle");
    };
    assert_eq!((tasks.len(), len), (TASKS_SHOWN_MAX, TASKS_MAX));
}

#[test]
fn two_tasks_that_nothing_needs_are_refused_by_name() {
    let stray = vec![task("a", &[]), task("b", &["a"]), task("stray", &[])];
    let error = GraphError::Orphans { tasks: ids(&["b", "stray"]), count: 2 };
    assert_eq!(error.code(), "mission.graph_orphans");
    assert_eq!(refusal(stray), error);
}

#[test]
fn a_graph_is_bounded() {
    let chain = |len: usize| -> Vec<Task> {
        let name = |index: usize| format!("t{index}");
        (0..len)
            .map(|index| match index {
                0 => task("t0", &[]),
                _ => task(&name(index), &[&name(index - 1)]),
            })
            .collect()
    };
    assert!(TaskGraph::new(chain(TASKS_MAX)).is_ok());
    let error = GraphError::TooManyTasks { count: TASKS_MAX + 1, max: TASKS_MAX };
    assert_eq!(refusal(chain(TASKS_MAX + 1)), error);
}

#[test]
fn a_task_for_people_is_found() {
    let mut mixed = tasks();
    mixed[1].domain_type = DomainType::Mixed;
    let graph = TaskGraph::new(mixed).unwrap();
    let found = graph.first_needing_people();
    assert_eq!(found, Some((&TaskId::new("detect"), DomainType::Mixed)));
}

/// Edges over up to eight tasks, any of them, so that cycles and orphans are common.
fn any_tasks() -> impl Strategy<Value = Vec<Task>> {
    proptest::collection::vec(any::<u8>(), 1..8).prop_flat_map(|edges| {
        let count = edges.len();
        let tasks = edges.into_iter().enumerate().map(|(index, mask)| {
            let on: Vec<String> =
                (0..count).filter(|on| mask & (1 << on) != 0).map(|on| format!("t{on}")).collect();
            task(&format!("t{index}"), &on.iter().map(String::as_str).collect::<Vec<_>>())
        });
        Just(tasks.collect::<Vec<_>>()).prop_shuffle()
    })
}

proptest! {
    /// A graph that is accepted respects every dependency and has one final task; the order of the
    /// list does not matter; and what is refused is refused for a reason that holds.
    #[test]
    fn accepted_graphs_are_ordered_and_refused_ones_are_not_graphs(tasks in any_tasks()) {
        let needed = |id: &TaskId| tasks.iter().any(|task| task.depends_on.contains(id));
        let finals = tasks.iter().filter(|task| !needed(&task.id)).count();
        let mut reversed = tasks.clone();
        reversed.reverse();
        let answer = TaskGraph::new(tasks.clone());
        prop_assert_eq!(&answer, &TaskGraph::new(reversed));
        match answer {
            Ok(graph) => {
                prop_assert_eq!(finals, 1);
                prop_assert_eq!(graph.order().len(), tasks.len());
                let place = |id: &TaskId| graph.order().iter().position(|other| other == id);
                for task in &tasks {
                    prop_assert!(task.depends_on.iter().all(|on| place(on) < place(&task.id)));
                }
                prop_assert_eq!(graph.order().last(), Some(graph.final_task()));
            }
            Err(GraphError::Cycle { tasks: cycle, len }) => {
                prop_assert_eq!(cycle.len(), len);
                for (index, id) in cycle.iter().enumerate() {
                    let task = tasks.iter().find(|task| task.id == *id).unwrap();
                    prop_assert!(task.depends_on.contains(&cycle[(index + 1) % len]));
                }
            }
            Err(GraphError::Orphans { count, .. }) => prop_assert_eq!(count, finals),
            Err(other) => prop_assert!(false, "{other}"),
        }
    }
}
