/// How the trials of a run ended, for people.
package struct Census: Sendable, CustomStringConvertible {
    private var equal: [String: Int] = [:]
    private var refused: [String: Int] = [:]
    private var blocked: [String: Int] = [:]
    private var different = 0
    private var figures = Verdict.Figures()

    package init() {}

    package mutating func note(_ verdict: Verdict, of kind: Kind) {
        switch verdict {
        case .equal(let figures):
            equal[kind.rawValue, default: 0] += 1
            self.figures.messages += figures.messages
            self.figures.failures += figures.failures
            self.figures.moves += figures.moves
            for id in figures.blocked { blocked[id, default: 0] += 1 }
        case .refused(let ids): for id in ids { refused["\(kind.rawValue): \(id)", default: 0] += 1 }
        case .different: different += 1
        }
    }

    package var description: String {
        func list(_ counts: [String: Int]) -> String {
            counts.isEmpty
                ? "none" : counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        }
        return """
              equal: \(list(equal))
              different: \(different)
              refused before expand: \(list(refused))
              contract kept closed: \(list(blocked))
              \(figures.messages) messages in each database, of which \(figures.failures) failed in both; \(figures.moves) moves
            """
    }
}
