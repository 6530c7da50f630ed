//! Task graphs: which tasks a mission has, and which must be done before which.
//!
//! A graph that exists is valid: ids unique and well formed, dependencies known and listed once, no
//! cycle, exactly one final task (the one nothing depends on). With one final task no task is an
//! orphan: each is needed, directly or through others, by the mission's output.
//!
//! Source: blueprint §8 "DAG validity, no orphan tasks", §4.3 rule 5 (`domain_type` on every task).

use std::collections::{BTreeMap, BTreeSet};

use comity_constitution::DomainType;

use crate::facts::{Task, TaskId};
use crate::limits::{TASK_ID_BYTES_MAX, TASKS_MAX, TASKS_SHOWN_MAX, TITLE_BYTES_MAX};

/// A valid task graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskGraph {
    tasks: BTreeMap<TaskId, Task>,
    order: Vec<TaskId>,
    final_task: TaskId,
}

/// Why a list of tasks is not a graph.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GraphError {
    /// No tasks at all.
    #[error("a task graph needs at least one task")]
    Empty,
    /// More tasks than [`TASKS_MAX`].
    #[error("{count} tasks, at most {max} are allowed")]
    TooManyTasks {
        /// Tasks given.
        count: usize,
        /// The limit.
        max: usize,
    },
    /// An id that is blank, too long, or not printable ASCII without spaces.
    #[error("task {position} has a bad id of {len} bytes: 1 to {max} printable ascii bytes")]
    BadTaskId {
        /// Place of the task in the list, from 0.
        position: usize,
        /// Length of its id in bytes.
        len: usize,
        /// The limit.
        max: usize,
    },
    /// A title that is blank or too long.
    #[error("task {task} has a bad title of {len} bytes: 1 to {max} bytes, not blank")]
    BadTitle {
        /// The task.
        task: TaskId,
        /// Length of its title in bytes.
        len: usize,
        /// The limit.
        max: usize,
    },
    /// Two tasks with one id.
    #[error("task {task} is listed twice")]
    DuplicateTask {
        /// The id.
        task: TaskId,
    },
    /// One dependency named twice.
    #[error("task {task} depends twice on {depends_on}")]
    DuplicateDependency {
        /// The task.
        task: TaskId,
        /// What it names twice.
        depends_on: TaskId,
    },
    /// A dependency that is not in the graph.
    #[error("task {task} depends on an unknown task")]
    UnknownDependency {
        /// The task.
        task: TaskId,
        /// Place of the bad name in its list, from 0.
        position: usize,
    },
    /// Tasks that wait for each other.
    #[error("{} tasks wait for each other: {}", len, shown(tasks))]
    Cycle {
        /// The cycle, each task followed by one it depends on, at most [`TASKS_SHOWN_MAX`].
        tasks: Vec<TaskId>,
        /// Length of the whole cycle.
        len: usize,
    },
    /// More than one task that no other needs: all but one of them lead nowhere.
    #[error("{count} tasks are needed by no other, exactly one may be final: {}", shown(tasks))]
    Orphans {
        /// Those tasks in id order, at most [`TASKS_SHOWN_MAX`].
        tasks: Vec<TaskId>,
        /// How many there are.
        count: usize,
    },
}

impl GraphError {
    /// Stable code for machines; [`Display`](std::fmt::Display) is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "mission.graph_empty",
            Self::TooManyTasks { .. } => "mission.graph_too_many_tasks",
            Self::BadTaskId { .. } => "mission.graph_bad_task_id",
            Self::BadTitle { .. } => "mission.graph_bad_title",
            Self::DuplicateTask { .. } => "mission.graph_duplicate_task",
            Self::DuplicateDependency { .. } => "mission.graph_duplicate_dependency",
            Self::UnknownDependency { .. } => "mission.graph_unknown_dependency",
            Self::Cycle { .. } => "mission.graph_cycle",
            Self::Orphans { .. } => "mission.graph_orphans",
        }
    }
}

impl TaskGraph {
    /// Checks a list of tasks, given in any order.
    ///
    /// Cost: `O((tasks + dependencies) · log tasks)`, no recursion.
    pub fn new(tasks: Vec<Task>) -> Result<Self, GraphError> {
        let tasks = index(tasks)?;
        check_dependencies(&tasks)?;
        let order = topological_order(&tasks)?;
        let final_task = only_final_task(&tasks)?;
        Ok(Self { tasks, order, final_task })
    }

    /// The tasks in an order that respects dependencies; among those ready at once, by id.
    pub fn order(&self) -> &[TaskId] {
        &self.order
    }

    /// The task whose artifact is the mission's output.
    pub const fn final_task(&self) -> &TaskId {
        &self.final_task
    }

    /// A task by id.
    pub fn task(&self, id: &TaskId) -> Option<&Task> {
        self.tasks.get(id)
    }

    /// Every task, in id order.
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.tasks.values()
    }

    /// The first task in id order that only people can settle, with its type.
    pub fn first_needing_people(&self) -> Option<(&TaskId, DomainType)> {
        self.tasks
            .values()
            .find(|task| task.domain_type.needs_people())
            .map(|task| (&task.id, task.domain_type))
    }
}

fn index(tasks: Vec<Task>) -> Result<BTreeMap<TaskId, Task>, GraphError> {
    if tasks.is_empty() {
        return Err(GraphError::Empty);
    }
    if TASKS_MAX < tasks.len() {
        return Err(GraphError::TooManyTasks { count: tasks.len(), max: TASKS_MAX });
    }
    let mut indexed = BTreeMap::new();
    for (position, task) in tasks.into_iter().enumerate() {
        let len = task.id.as_str().len();
        if !is_good_id(&task.id) {
            return Err(GraphError::BadTaskId { position, len, max: TASK_ID_BYTES_MAX });
        }
        let len = task.title.len();
        if task.title.trim().is_empty() || TITLE_BYTES_MAX < len {
            return Err(GraphError::BadTitle { task: task.id, len, max: TITLE_BYTES_MAX });
        }
        if let Some(twin) = indexed.insert(task.id.clone(), task) {
            return Err(GraphError::DuplicateTask { task: twin.id });
        }
    }
    Ok(indexed)
}

fn is_good_id(id: &TaskId) -> bool {
    let bytes = id.as_str().as_bytes();
    (1..=TASK_ID_BYTES_MAX).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic)
}

fn check_dependencies(tasks: &BTreeMap<TaskId, Task>) -> Result<(), GraphError> {
    for task in tasks.values() {
        let mut seen = BTreeSet::new();
        for (position, on) in task.depends_on.iter().enumerate() {
            if !tasks.contains_key(on) {
                return Err(GraphError::UnknownDependency { task: task.id.clone(), position });
            }
            if !seen.insert(on) {
                let (task, depends_on) = (task.id.clone(), on.clone());
                return Err(GraphError::DuplicateDependency { task, depends_on });
            }
        }
    }
    Ok(())
}

/// Kahn's algorithm with a sorted ready set, so that equal graphs give equal orders.
fn topological_order(tasks: &BTreeMap<TaskId, Task>) -> Result<Vec<TaskId>, GraphError> {
    let mut waiting: BTreeMap<&TaskId, BTreeSet<&TaskId>> =
        tasks.values().map(|task| (&task.id, task.depends_on.iter().collect())).collect();
    let mut needed_by: BTreeMap<&TaskId, Vec<&TaskId>> = BTreeMap::new();
    for task in tasks.values() {
        for on in &task.depends_on {
            needed_by.entry(on).or_default().push(&task.id);
        }
    }
    let mut ready: BTreeSet<&TaskId> =
        tasks.values().filter(|task| task.depends_on.is_empty()).map(|task| &task.id).collect();
    let mut order = Vec::with_capacity(tasks.len());
    while let Some(done) = ready.pop_first() {
        waiting.remove(done);
        order.push(done.clone());
        for next in needed_by.remove(done).unwrap_or_default() {
            if let Some(open) = waiting.get_mut(next) {
                open.remove(done);
                if open.is_empty() {
                    ready.insert(next);
                }
            }
        }
    }
    if waiting.is_empty() { Ok(order) } else { Err(cycle_in(&waiting)) }
}

/// Follows open dependencies until a task repeats. What is left after Kahn's algorithm has only
/// tasks with an open dependency that is itself left, so the walk always closes.
fn cycle_in(waiting: &BTreeMap<&TaskId, BTreeSet<&TaskId>>) -> GraphError {
    let mut path: Vec<&TaskId> = Vec::new();
    let mut here = waiting.keys().next().copied();
    while let Some(task) = here {
        if let Some(start) = path.iter().position(|seen| *seen == task) {
            let cycle = path.split_off(start);
            let tasks = cycle.iter().take(TASKS_SHOWN_MAX).map(|task| (*task).clone()).collect();
            return GraphError::Cycle { tasks, len: cycle.len() };
        }
        path.push(task);
        here = waiting.get(task).and_then(BTreeSet::first).copied();
    }
    GraphError::Cycle { tasks: Vec::new(), len: waiting.len() }
}

fn only_final_task(tasks: &BTreeMap<TaskId, Task>) -> Result<TaskId, GraphError> {
    let needed: BTreeSet<&TaskId> = tasks.values().flat_map(|task| &task.depends_on).collect();
    let mut finals = tasks.keys().filter(|id| !needed.contains(id));
    let rest = finals.clone().skip(1).count();
    match finals.next() {
        Some(only) if rest == 0 => Ok(only.clone()),
        Some(first) => {
            let tasks = [first].into_iter().chain(finals).take(TASKS_SHOWN_MAX).cloned().collect();
            Err(GraphError::Orphans { tasks, count: rest + 1 })
        }
        None => Err(GraphError::Empty), // a finite graph without a final task is empty or cyclic
    }
}

fn shown(tasks: &[TaskId]) -> String {
    tasks.iter().map(TaskId::as_str).collect::<Vec<_>>().join(", ")
}
