import Postgres
package import SQL
package import Workflow

/// A change of a schema, and a workload that runs while it is carried through.
///
/// Everything is run twice: on the schema that is being changed, and on a twin of it that nothing changes.
package struct Rehearsal: Sendable {
    /// DDL for both databases, as their owner.
    package var schema: String
    /// The schema that the applications' search path names.
    package var namespace: Identifier
    /// The plan, in YAML.
    package var plan: String
    /// Whether the applications connect as the owner of the tables, and not as a role with rights on them.
    package var isByOwner: Bool
    package var acts: [Act]

    package init(schema: String, namespace: Identifier, plan: String, isByOwner: Bool, acts: [Act]) {
        self.schema = schema
        self.namespace = namespace
        self.plan = plan
        self.isByOwner = isByOwner
        self.acts = acts
    }

    /// One move of the run, and what the applications do after it.
    package struct Act: Sendable {
        /// Nil: before the first one.
        package var move: Move?
        /// Sent in the midst of the move, one at each pause.
        package var between: [Exchange]
        package var exchanges: [Exchange]
        package var reading: Reading
        /// What the tables' own triggers write for rows that Crossfade rewrites; see ``AllowedDifferences``.
        package var traces: [Trace]

        package init(
            move: Move?,
            between: [Exchange],
            exchanges: [Exchange],
            reading: Reading,
            traces: [Trace]
        ) {
            self.move = move
            self.between = between
            self.exchanges = exchanges
            self.reading = reading
            self.traces = traces
        }
    }

    package enum Move: Sendable, Hashable, CustomStringConvertible {
        case advance(Phase)
        /// To the end of a phase, or with nil to the start.
        case rollBack(to: Phase?)

        package var description: String {
            switch self {
            case .advance(let phase): "advance through \(phase.rawValue)"
            case .rollBack(let phase): "roll back to \(phase?.rawValue ?? "the start")"
            }
        }
    }

    /// A message of an application, as it is sent to either database.
    package struct Exchange: Sendable, Hashable {
        package var twin: String
        package var changed: String
        /// Whether one version needs other statements than the other, so that only success and SQLSTATE can be compared.
        package var isTranslated = false

        package init(twin: String, changed: String, isTranslated: Bool = false) {
            self.twin = twin
            self.changed = changed
            self.isTranslated = isTranslated
        }
    }

    /// Queries that give the same rows of text in both databases.
    package struct Reading: Sendable {
        package var twin: String
        package var changed: String

        package init(twin: String, changed: String) {
            self.twin = twin
            self.changed = changed
        }
    }

    /// What triggers of the application write: read in the changed database as one JSON text, and put into the twin.
    package struct Trace: Sendable {
        /// Gives the same rows of text in both.
        package var reading: Reading
        package var read: String
        /// Empties the table that it is put into; nil where it is put into rows that are there.
        package var clear: String?
        /// With the JSON text as `$1`.
        package var write: String

        package init(reading: Reading, read: String, clear: String?, write: String) {
            self.reading = reading
            self.read = read
            self.clear = clear
            self.write = write
        }
    }
}
