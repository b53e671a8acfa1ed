/// Something `check` found.
package struct Finding: Sendable, Hashable, Codable {
    package enum Weight: String, Sendable, Hashable, Codable {
        /// The change cannot be made while it is so.
        case refused
        /// It will happen and cannot be avoided: the team accepts it under `acknowledge:` in the plan.
        case acknowledge
        /// It reads the old shape, and a phase lets it read the new one.
        case carried
        /// It reads or needs the old shape: contract waits until it is gone.
        case blocksContract
        /// It can be done in a better way.
        case advice
    }

    /// Stable name, as written under `acknowledge:`.
    package var id: String
    package var weight: Weight
    package var message: String
    /// What to do about it.
    package var hint: String?
    /// The phase that carries it over; nil where it is enforce.
    package var carriedIn: Phase?

    package init(_ id: String, _ weight: Weight, _ message: String, hint: String? = nil, carriedIn: Phase? = nil) {
        self.id = id
        self.weight = weight
        self.message = message
        self.hint = hint
        self.carriedIn = carriedIn
    }
}
