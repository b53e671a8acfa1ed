import Diagnostics
import Testing
import Workflow

@Suite struct PlanDifferenceTests {
    private func parts(_ file: String, _ run: String) -> [String] {
        PlanDifference(file: SourceText(name: "f", text: file), run: SourceText(name: "r", text: run)).parts
    }

    private let run = """
        name: a
        change:
          rename_column: {table: t, from: mail, to: e_mail}
        """

    @Test func `only the change and the dual writes count`() {
        #expect(parts(run, run).isEmpty)
        #expect(parts(run + "\nphases: {contract: {retain: 1d}}\ndescription: other\n", run).isEmpty)
        #expect(parts("name: b\nchange: {rename_column: {from: mail, table: t, to: 'e_mail'}} # so\n", run).isEmpty)
    }

    @Test func `each part is named with what it is on both sides`() {
        #expect(
            parts(run.replacing("e_mail", with: "email"), run)
                == ["rename_column.to: email in the file, e_mail in the run"]
        )
        #expect(
            parts(run.replacing("table: t, ", with: ""), run) == [
                "rename_column.table: missing in the file, t in the run"
            ]
        )
        #expect(
            parts(run + "\ndual_write: {by: application}\n", run)
                == ["dual_write.by: application in the file, missing in the run"]
        )
        #expect(
            parts(
                "changes:\n  - drop_column: {table: t, column: a}\n",
                "changes:\n  - drop_column: {table: t, column: b}\n"
            )
                == ["changes.1.drop_column.column: a in the file, b in the run"]
        )
    }

    @Test func `a file that is no YAML has nothing of the run`() {
        #expect(parts("change: [", run).count == 3)
    }
}
