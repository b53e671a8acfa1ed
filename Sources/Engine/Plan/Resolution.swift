import Foundation
import Postgres
import SQL
import Workflow

/// A plan resolved against the catalog as it is now.
struct Resolution: Sendable {
    let blueprint: Blueprint
    /// Everything found, in the order of weight.
    let findings: [Finding]

    /// Reads the catalog and lets the plan's kind make a blueprint of it.
    ///
    /// With `isGlance` only the findings are of use.
    static func resolve(_ plan: Plan, on connection: Connection, isGlance: Bool = false) throws -> Resolution {
        switch plan.change {
        case .renameColumn(let change):
            do {
                let facts = try CatalogReader(connection).facts(for: change, isGlance: isGlance)
                let resolved = change.resolve(facts, in: plan)
                return Resolution(blueprint: resolved.blueprint, findings: resolved.findings)
            } catch let problem as CatalogProblem {
                throw Failure(.closed, problem.message, hint: problem.hint)
            }
        }
    }

    /// What stands against a phase, in words.
    func objections(to phase: Phase, in plan: Plan) -> [String] {
        findings.filter { finding in
            switch finding.weight {
            case .refused: true
            case .acknowledge: !plan.acknowledge.contains(finding.id)
            case .blocksContract:
                phase == .contract && !(finding.id == "function-bodies" && plan.acknowledge.contains(finding.id))
            }
        }.map { finding in
            let way = finding.weight == .acknowledge ? "accept it with acknowledge: [\(finding.id)]" : finding.hint
            return finding.message + (way.map { " (\($0))" } ?? "")
        }
    }
}

extension Blueprint {
    /// What about the old shape is different in another blueprint, in words; partitions may come and go.
    func differences(from other: Blueprint) -> [String] {
        var differences: [String] = []
        if column != other.column { differences.append("the column \(old) has other attributes than when enforce ran") }
        func compare<T: Hashable>(_ noun: String, _ mine: [Identifier: T], _ theirs: [Identifier: T]) {
            for name in Set(mine.keys).union(theirs.keys).sorted(by: { $0.name < $1.name })
            where mine[name] != theirs[name] {
                let what = theirs[name] == nil ? "has come" : mine[name] == nil ? "is gone" : "has changed"
                differences.append("\(noun) \(name) \(what) since enforce")
            }
        }
        compare("index", Self.byName(indexes.map(\.facts), \.name), Self.byName(other.indexes.map(\.facts), \.name))
        compare("check", Self.byName(checks.map(\.facts), \.name), Self.byName(other.checks.map(\.facts), \.name))
        compare(
            "foreign key",
            Self.byName(foreignKeys.map(\.facts), \.name),
            Self.byName(other.foreignKeys.map(\.facts), \.name)
        )
        if columnTriggers != other.columnTriggers {
            differences.append("a trigger on \(old) has changed since enforce")
        }
        return differences
    }

    private static func byName<T: Hashable>(_ values: [T], _ name: KeyPath<T, Identifier>) -> [Identifier: T] {
        Dictionary(values.map { ($0[keyPath: name], $0) }) { first, _ in first }
    }
}

extension Plan {
    /// Digest of what must not change under a run.
    var changeDigest: String {
        switch change {
        case .renameColumn(let change):
            Digest.hex(
                [
                    "rename_column", change.table.quoted, change.from.quoted, change.to.quoted,
                    dualWrite.conflict.rawValue,
                ].joined(separator: "\n")
            )
        }
    }

    /// The change in one line: `Profile.bio → Profile.biography`.
    var summary: String {
        switch change {
        case .renameColumn(let change): "\(change.table).\(change.from) → \(change.table).\(change.to)"
        }
    }
}
