package import Diagnostics
import YAML

/// Where the change that a file describes is another than that of a run, for people.
package struct PlanDifference: Sendable, Equatable {
    /// Each part, such as `to: e_mail in the file, mail in the run`.
    package let parts: [String]

    /// Compares what cannot change under a run: the change or changes, and how both shapes are kept equal.
    package init(file: SourceText, run: SourceText) {
        let (ours, theirs) = (Self.leaves(of: file), Self.leaves(of: run))
        let paths = ours.map(\.path) + theirs.map(\.path).filter { path in !ours.contains { $0.path == path } }
        parts = paths.compactMap { path in
            let here = ours.first { $0.path == path }?.text
            let there = theirs.first { $0.path == path }?.text
            guard here != there else { return nil }
            let file = here.map { "\($0) in the file" } ?? "missing in the file"
            return "\(path): \(file), \(there.map { "\($0) in the run" } ?? "missing in the run")"
        }
    }

    /// The parts as the end of a sentence.
    package var text: String { parts.joined(separator: "; ") }

    private struct Leaf {
        let path: String
        let text: String
    }

    private static let sections: Set = ["change", "changes", "dual_write"]

    private static func leaves(of source: SourceText) -> [Leaf] {
        guard case .mapping(let entries) = Document(parsing: source).root?.content else { return [] }
        return entries.filter { sections.contains($0.key) }.flatMap { entry in
            // The word "change" says nothing; the kind below it does.
            leaves(of: entry.value, at: entry.key == "change" ? [] : [entry.key])
        }
    }

    private static func leaves(of node: Node, at path: [String]) -> [Leaf] {
        switch node.content {
        case .scalar(let scalar): [Leaf(path: path.joined(separator: "."), text: scalar.text)]
        case .mapping(let entries): entries.flatMap { leaves(of: $0.value, at: path + [$0.key]) }
        case .sequence(let nodes):
            nodes.enumerated().flatMap { number, node in leaves(of: node, at: path + ["\(number + 1)"]) }
        case .refused: []
        }
    }
}
