//! Random bytes read as decisions. When they run out every decision is the first one, so every input means something.

/// A reader of decisions.
#[derive(Clone, Debug)]
pub struct Input<'a> {
    rest: &'a [u8],
}

impl<'a> Input<'a> {
    /// Decisions from these bytes.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Whether the bytes have run out.
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.rest.split_first() else { return 0 };
        self.rest = rest;
        *first
    }

    /// A number below `count`, or 0; one byte for small counts, two for larger ones.
    pub fn below(&mut self, count: usize) -> usize {
        let number = match count {
            0..=256 => usize::from(self.byte()),
            _ => usize::from(self.byte()) << 8 | usize::from(self.byte()),
        };
        number % count.max(1)
    }

    /// True once in `chances`.
    pub fn once_in(&mut self, chances: u8) -> bool {
        self.byte() % chances.max(1) == chances.max(1) - 1
    }

    /// Eight bytes as a number.
    pub fn number(&mut self) -> u64 {
        (0..8).fold(0, |number, _| number << 8 | u64::from(self.byte()))
    }

    /// A number that rules tend to trip over, or a random one.
    pub fn integer(&mut self) -> i64 {
        const EDGES: [i64; 12] = [
            0,
            1,
            -1,
            2,
            59,
            3_600,
            1 << 32,
            (1 << 53) - 1,
            1 << 53,
            i64::MAX,
            i64::MIN,
            -(1 << 53),
        ];
        match self.below(EDGES.len() + 4) {
            edge if edge < EDGES.len() => EDGES[edge],
            _ => self.number().cast_signed(),
        }
    }

    /// One of `items`.
    pub fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }

    /// At most `max` bytes, length first.
    pub fn bytes(&mut self, max: usize) -> &'a [u8] {
        let wanted = self.below(max + 1).min(self.rest.len());
        let (bytes, rest) = self.rest.split_at(wanted);
        self.rest = rest;
        bytes
    }

    /// All that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.rest)
    }
}
