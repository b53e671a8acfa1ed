import PrismaSchema
import YAML

@testable import Workflow

/// The kinds of change, each with its page.
enum KindTable {
    static var text: String {
        var table = MarkdownTable("kind", "change")
        for kind in Change.kinds { table.row(link(kind.key), kind.summary.phrase) }
        table.row(link(ChangeList.key), "several of these changes of one table in one plan")
        return table.text
    }

    private static func link(_ kind: String) -> String { "[\(kind)](Docs/reference/kinds/\(kind).md)" }
}

/// What each exit status means.
enum ExitCodeTable {
    static func text(withRemedies: Bool) -> String {
        var table =
            withRemedies ? MarkdownTable("exit", "word", "meaning", "next") : MarkdownTable("exit", "word", "meaning")
        for code in Failure.Code.allCases {
            if withRemedies {
                table.row("\(code.rawValue)", code.name.code, code.meaning, code.remedy ?? "")
            } else {
                table.row("\(code.rawValue)", code.name, code.meaning)
            }
        }
        return table.text
    }
}

/// The ids of mistakes in a plan.
enum MistakeTable {
    static var text: String {
        var table = MarkdownTable("id", "meaning")
        for mistake in StructureMistake.allCases { table.row(mistake.rawValue.code, mistake.meaning) }
        for mistake in PlanMistake.allCases { table.row(mistake.rawValue.code, mistake.meaning) }
        for mistake in YAMLMistake.allCases { table.row(mistake.rawValue.code, mistake.meaning) }
        return table.text
    }
}

/// The ids of mistakes in a Prisma schema.
enum SchemaMistakeTable {
    static var text: String {
        var table = MarkdownTable("id", "meaning")
        for mistake in SchemaMistake.allCases { table.row(mistake.rawValue.code, mistake.meaning) }
        return table.text
    }
}

/// What an event makes of a phase's status.
enum TransitionDiagram {
    static var text: String {
        let lines = PhaseStatus.transitions.map {
            "    \($0.from.rawValue) --> \($0.to.rawValue): \($0.event.rawValue)"
        }
        return (["```mermaid", "stateDiagram-v2"] + lines + ["```"]).joined(separator: "\n")
    }
}
