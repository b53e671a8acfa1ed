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
                let rivals = try Self.rivals(of: plan, resolved.blueprint, on: connection)
                return Resolution(blueprint: resolved.blueprint, findings: resolved.findings + rivals)
            } catch let problem as CatalogProblem {
                throw Failure(.closed, problem.message, hint: problem.hint)
            }
        }
    }

    /// Other runs under way on one of the columns: each would write what the other keeps in sync.
    private static func rivals(of plan: Plan, _ blueprint: Blueprint, on connection: Connection) throws -> [Finding] {
        guard try Ledger(connection).isInstalled else { return [] }
        return try connection.query(
            """
            SELECT plan FROM crossfade.run
             WHERE state NOT IN ('completed', 'rolled_back') AND plan <> $1 AND blueprint ->> 'table' = $2
               AND ARRAY[blueprint ->> 'old', blueprint ->> 'new', blueprint ->> 'retired'] && $3::text[]
            """,
            [
                plan.name.text, blueprint.table.description,
                [blueprint.old.name, blueprint.new.name, blueprint.retired.name],
            ]
        ).map { row in
            let other: String = try row.decode("plan")
            return Finding(
                "another-plan",
                .refused,
                "the plan \(other) is under way on a column of this one",
                hint: "bring it to purge, or roll it back: crossfade status \(other)"
            )
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
