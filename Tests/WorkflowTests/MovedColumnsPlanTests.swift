import Diagnostics
import Testing
import Workflow

@testable import Workflow

@Suite struct MovedColumnsPlanTests {
    private func messages(_ change: String) -> [String] {
        let text = "version: 1\nname: p\nchange: \(change)\n"
        let (plan, diagnostics) = PlanReader.read(SourceText(name: "p", text: text))
        #expect((plan == nil) == !diagnostics.isEmpty)
        return diagnostics.all.map(\.message)
    }

    @Test(arguments: [
        (
            "{extract_table: {from: U, columns: [a], into: W, key: {u: id}, id: {name: id, type: int generated always as identity}}}",
            []
        ),
        ("{move_columns: {from: U, to: W, columns: [a], match: {u: id, v: b}}}", []),
        (
            "{extract_table: {from: U, columns: [a], into: W, key: {a: id}}}",
            ["the new table would have two columns of one name"]
        ),
        (
            "{extract_table: {from: U, columns: [id], into: W, key: {u: id}}}",
            ["a column that rows are matched by cannot be moved"]
        ),
        ("{extract_table: {from: U, columns: [a], into: U, key: {u: id}}}", ["'U' is extracted into itself"]),
        ("{extract_table: {from: U, columns: [a], into: W, key: {}}}", ["'key' needs at least one pair of columns"]),
        ("{move_columns: {from: U, to: W, columns: [a], match: {u: id, v: id}}}", ["'match' names a column twice"]),
        ("{move_columns: {from: U, to: W, columns: [], match: {u: id}}}", ["'columns' needs at least one entry"]),
    ])
    func `a plan is read, or its mistake is named`(_ change: String, wanted: [String]) {
        #expect(messages(change) == wanted)
    }

    @Test(arguments: [
        "int, b int", "int) WITH (fillfactor = 10", "int primary key", "int references t", "int -- x",
        "int); DROP TABLE t",
    ])
    func `a key's type is a type and what makes its values, and nothing else`(_ type: String) {
        let change = "{extract_table: {from: U, columns: [a], into: W, key: {u: id}, id: {name: id, type: '\(type)'}}}"
        #expect(messages(change).count == 1)
    }
}
