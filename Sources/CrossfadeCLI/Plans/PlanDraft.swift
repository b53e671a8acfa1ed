import Diagnostics
import SQL
import Workflow

/// The text of a new plan, with the comments a newcomer needs.
struct PlanDraft {
    let name: PlanName
    let change: RenameColumn

    /// A name made of table and column, such as `rename-profile-bio`; nil when neither has a letter a name may have.
    static func suggestedName(for change: RenameColumn) -> PlanName? {
        let words = "\(change.table) \(change.from)".lowercased()
            .split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        return words.isEmpty ? nil : PlanName("rename-" + words.joined(separator: "-").prefix(90))
    }

    var text: String {
        """
        # One change to the database's schema. crossfade carries it through five phases, each proved before the next:
        # expand, backfill, dual_write_check, enforce, contract.
        #
        #   crossfade check \(name)      is the plan right, and does the catalog allow it?
        #   crossfade preview \(name)    every step, its SQL and its locks
        #   crossfade advance \(name)    begins the next phase
        #   crossfade status \(name)     where it stands, and what may be deployed now
        #
        # Only version, name and change are required. crossfade check --schema prints every key, for editors.

        version: 1
        name: \(name) # names the run in the database: it stays as it is once the run has begun
        description: \(YAMLScalar.text("\(change.table).\(change.from) becomes \(change.to)"))

        # This part cannot change once the run has begun. Everything below it can.
        change:
          rename_column:
            table: \(YAMLScalar.text(change.table.description)) # taken literally, never folded; with a schema: app.table
            from: \(YAMLScalar.text(change.from.name))
            to: \(YAMLScalar.text(change.to.name))

        phases:
          dual_write_check:
            observe: 10m # watch live writes for so long: each must leave both columns equal
            min_writes: 1 # and see at least so many, for no traffic proves nothing

          contract:
            # What must hold before the old column is taken away. By then no version that uses it may be left.
            requires:
              - soak: 24h # so long with everything in place
              - approval: {count: 1} # crossfade approve \(name) contract
            retain: 7d # rollback can set the old column back for so long; then purge may drop it

        """
    }
}

/// Text as one YAML value.
enum YAMLScalar {
    /// Plain where nothing could take it for something else, else in quotes.
    static func text(_ text: String) -> String {
        let isPlain = text.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_.]*( [A-Za-z0-9_.]+)*/) != nil
        if isPlain, !reserved.contains(text.lowercased()) { return text }
        let isPrintable = text.unicodeScalars.allSatisfy { !isControl($0) }
        return isPrintable ? "'\(text.replacing("'", with: "''"))'" : "\"\(escaped(text))\""
    }

    /// What some version of YAML takes for a truth value or for nothing.
    private static let reserved: Set = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .format, .surrogate, .unassigned, .privateUse: true
        default: false
        }
    }

    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            if scalar == "\"" || scalar == "\\" { return "\\\(scalar)" }
            guard isControl(scalar) else { return String(scalar) }
            let digits = String(scalar.value, radix: 16)
            return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }
}
