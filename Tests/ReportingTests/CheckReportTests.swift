import Diagnostics
import Reporting
import TestSupport
import Testing
import Workflow

@Suite struct CheckReportTests {
    private static let valid = CheckReport.File(
        path: "Plans/good.yaml",
        plan: "good",
        diagnostics: Diagnostics(),
        findings: nil
    )

    private static func file(_ weight: Finding.Weight) -> CheckReport.File {
        let finding = Finding("views", weight, "view app.profiles reads bio", hint: "let it read biography")
        return .init(path: "Plans/other.yaml", plan: "other", diagnostics: Diagnostics(), findings: [finding])
    }

    /// A plan with a misspelt key, marked where the diagnostic stands.
    private static let wrong: CheckReport.File = {
        let text = MarkedText("version: 1\n1️⃣nam: x\n", name: "Plans/wrong.yaml")
        let start = SourcePosition(line: 2, column: 1)
        let end = SourcePosition(line: 2, column: 4)
        let range = SourceRange(source: text.source, start: start, end: end)
        let mistakes = Diagnostics([
            Diagnostic(.error, "plan.unknown-key", "unknown key 'nam'", at: range, fix: "did you mean 'name'?"),
            Diagnostic(.error, "plan.missing-key", "'change' is missing", notes: [.init("a plan needs one")]),
        ])
        return .init(path: "Plans/wrong.yaml", plan: nil, diagnostics: mistakes, findings: nil)
    }()

    @Test func `mistakes, findings and plans that are right`() throws {
        let report = CheckReport(files: [Self.valid, Self.wrong, Self.file(.refused)], offline: nil)
        try expectGolden(report, "check")
    }

    @Test func `one plan that was not held against a catalog`() throws {
        try expectGolden(CheckReport(files: [Self.valid], offline: "--offline"), "check-offline")
    }

    @Test(arguments: [
        ([valid], Failure.Code.done),
        ([valid, file(.blocksContract)], .done),
        ([valid, file(.acknowledge)], .closed),
        ([valid, file(.refused)], .closed),
        ([file(.refused), wrong], .invalidPlan),
    ])
    func `the exit status puts mistakes before what the catalog says`(_ files: [CheckReport.File], code: Failure.Code) {
        #expect(CheckReport(files: files, offline: nil).code == code)
    }
}
