import Diagnostics
import YAML

/// Somebody outside who is told what becomes of a run, or asked before a phase of it.
package struct Hook: Sendable, Hashable {
    /// When it is called.
    package enum Occasion: Sendable, Hashable {
        /// It may keep these from beginning.
        case before([Threshold])
        /// It is told of these, of some phases only unless they are empty.
        case on([Occurrence], phases: [Phase])
    }

    /// What can be kept from beginning.
    package enum Threshold: String, CaseIterable, Sendable {
        case expand
        case backfill
        case dualWriteCheck = "dual_write_check"
        case enforce
        case contract
        /// Dropping what contract set aside.
        case purge

        /// Before a phase.
        package init(_ phase: Phase) {
            self =
                switch phase {
                case .expand: .expand
                case .backfill: .backfill
                case .dualWriteCheck: .dualWriteCheck
                case .enforce: .enforce
                case .contract: .contract
                }
        }
    }

    /// What can be told.
    package enum Occurrence: String, CaseIterable, Sendable {
        /// A phase has begun.
        case begun
        /// A phase is verified.
        case verified
        /// A step of a phase failed, or a full check.
        case failed
        /// Time or a person is awaited.
        case waiting
        /// Somebody said yes to a phase.
        case approved
    }

    /// How it is reached.
    package enum Call: Sendable, Hashable {
        /// An executable with its arguments; no shell reads them.
        case run([String])
        /// The names of environment variables: one with the URL, one with the value of the Authorization header.
        case post(to: String, authorization: String?)
    }

    package var occasion: Occasion
    package var call: Call

    /// How long one call may take.
    package var timeout: Duration

    /// How often a call that failed is repeated; what is asked before a phase is asked once.
    package var retries: Int

    package init(_ occasion: Occasion, _ call: Call, timeout: Duration? = nil, retries: Int = Hook.defaultRetries) {
        self.occasion = occasion
        self.call = call
        self.timeout = timeout ?? Self.defaultTimeout
        self.retries = retries
    }

    package static let defaultTimeout = Duration.seconds(30)
    package static let defaultRetries = 3

    /// What people know it by: the executable, or the variable that holds the URL.
    package var title: String {
        switch call {
        case .run(let words): words.first ?? ""
        case .post(let variable, _): variable
        }
    }

    /// What makes it this hook and no other: when it is called, and who.
    package var definition: String {
        let occasion =
            switch occasion {
            case .before(let thresholds): "before \(thresholds.map(\.rawValue).joined(separator: ", "))"
            case .on(let occurrences, let phases):
                "on \((occurrences.map(\.rawValue) + phases.map(\.rawValue)).joined(separator: ", "))"
            }
        return switch call {
        case .run(let words): "\(occasion): run \(words)"
        case .post(let variable, _): "\(occasion): post_to \(variable)"
        }
    }
}

// MARK: - In the plan

extension Hook {
    static let listForm = ValueForm<[Hook]>.list(of: form).withoutRepeats(by: \.definition)

    private static let form = ValueForm<Draft>.section(
        .optional("before", words(), "The phases, or purge, that do not begin unless it says yes."),
        .optional("on", words(), "What it is told of."),
        .optional("phases", words(), "With 'on': of these phases only."),
        .optional("run", command, "An executable and its arguments, which no shell reads."),
        .optional("post_to", variable, "The name of the environment variable that holds the URL to post to."),
        .optional(
            "authorization",
            variable,
            "With 'post_to': the name of the variable that holds the value of the Authorization header."
        ),
        .optional(
            "retries",
            .integer(in: 0...10),
            "With 'on': how often a call that failed is repeated; 3 when left out."
        ),
        .optional(
            "timeout",
            .duration(from: .seconds(1), to: .minutes(10)),
            default: defaultTimeout,
            "How long one call may take."
        ),
        build: Draft.init
    ).checked { draft, cursor in draft.isWhole(cursor) }.filtered(\.hook)

    private static func words<Word: RawRepresentable<String> & CaseIterable & Sendable>() -> ValueForm<[Word]> {
        .list(of: .choice(), isNonempty: true).withoutRepeats(by: \.rawValue)
    }

    private static let command = ValueForm<[String]>.list(of: argument, isNonempty: true, mayRepeat: true)
        .checked { words, cursor in
            if words.first?.contains(where: { !$0.isWhitespace }) == true { return true }
            cursor.refuse(.invalidValue, "\(cursor.label) begins with an executable, not with an empty text")
            return false
        }

    /// What no program can be given is only the character that ends a text in C.
    private static let argument = ValueForm<String>(.text(pattern: "[^\\x00]*")) { cursor in
        guard let text = cursor.text()?.text else { return nil }
        guard text.contains("\0") else { return text }
        cursor.refuse(.invalidValue, "\(cursor.label) holds a NUL, which no program can be given")
        return nil
    }

    private static let namePattern = "[A-Z_][A-Z0-9_]*"

    /// The text itself is not repeated: it may be the secret that belongs into the variable.
    private static let variable = ValueForm<String>(.text(pattern: namePattern)) { cursor in
        guard let text = cursor.text()?.text else { return nil }
        if text.isWhole(namePattern) { return text }
        cursor.refuse(
            .secret,
            "\(cursor.label) must be the name of an environment variable, such as CROSSFADE_HOOK_URL",
            fix: "set a variable to the value, and write its name: capitals, digits and '_'"
        )
        return nil
    }

    /// A hook as it is written, before it is known to say one thing.
    private struct Draft: Sendable {
        let before: [Threshold]?
        let on: [Occurrence]?
        let phases: [Phase]?
        let run: [String]?
        let postTo: String?
        let authorization: String?
        let retries: Int?
        let timeout: Duration

        var hook: Hook? {
            let occasion = before.map(Occasion.before) ?? on.map { .on($0, phases: phases ?? []) }
            let call = run.map(Call.run) ?? postTo.map { .post(to: $0, authorization: authorization) }
            guard let occasion, let call else { return nil }
            return Hook(occasion, call, timeout: timeout, retries: retries ?? Hook.defaultRetries)
        }

        /// Notes keys that exclude each other, or that say nothing without another.
        func isWhole(_ cursor: Cursor) -> Bool {
            guard let mapping = cursor.mapping() else { return false }
            let pairs = [("before", "on"), ("run", "post_to")].map { requireOne(of: $0.0, $0.1, mapping, cursor) }
            let companions = [("phases", "on"), ("retries", "on"), ("authorization", "post_to")].map {
                require($0.1, with: $0.0, mapping, cursor)
            }
            return (pairs + companions).allSatisfy { $0 }
        }

        private func requireOne(of first: String, _ second: String, _ mapping: MappingCursor, _ cursor: Cursor) -> Bool
        {
            switch (mapping.keyRange(of: first), mapping.keyRange(of: second)) {
            case (let one?, let other?):
                let notes = [Diagnostic.Note("the first is here", at: min(one, other))]
                let message = "\(cursor.label) takes only one of '\(first)' and '\(second)'"
                cursor.refuse(PlanMistake.oneKey.rawValue, message, at: max(one, other), notes: notes)
                return false
            case (nil, nil):
                let message = "\(cursor.label) needs one of '\(first)' and '\(second)'"
                cursor.refuse(PlanMistake.oneKey.rawValue, message, at: cursor.place)
                return false
            default: return true
            }
        }

        private func require(_ owner: String, with key: String, _ mapping: MappingCursor, _ cursor: Cursor) -> Bool {
            guard let place = mapping.keyRange(of: key), !mapping.contains(owner) else { return true }
            let message = "'\(key)' goes with '\(owner)', which is not there"
            cursor.refuse(StructureMistake.unknownKey.rawValue, message, at: place)
            return false
        }
    }
}
