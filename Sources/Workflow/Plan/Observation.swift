/// What the dual-write check waits for before it calls writes equal.
package struct Observation: Sendable, Hashable {
    /// For how long writes are watched.
    package var observe: Duration

    /// How many writes must have been seen in that time.
    package var minWrites: Int

    /// The defaults of a plan that says nothing.
    package init(observe: Duration = .minutes(10), minWrites: Int = 1) {
        self.observe = observe
        self.minWrites = minWrites
    }
}
