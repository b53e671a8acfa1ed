import Schema
import Testing

@Suite struct KindChangeTests {
    @Test(arguments: try KindChange.types() + KindChange.tables() + KindChange.code())
    func `a change of one object has the statements that make it`(change: KindChange) {
        #expect(change.statements == change.script)
    }

    @Test(arguments: try KindChange.types() + KindChange.tables() + KindChange.code())
    func `what is the same on both sides needs nothing`(change: KindChange) {
        let same = KindChange(change.name, change.id, from: change.new, to: change.new)
        #expect(same.statements.isEmpty)
    }
}
