import TestSupport
import Testing
import Workflow

@testable import Engine

/// What rollback of contract could not bring back is said before contract, for every kind.
@Suite(.load(.ordinary), .timeLimit(.minutes(60)))
struct WayBackWordsTests {
    private static let words: [String: String] = [
        "rename_column": "nothing is lost",
        "change_type": "from the first value of id on that integer cannot hold, it is refused, and names the rows",
        "make_required": "contract completes the run, and rollback is not possible from there on",
        "add_required_column": "contract completes the run, and rollback is not possible from there on",
        "add_constraint": "contract completes the run, and rollback is not possible from there on",
        "merge_columns":
            "are filled by the plan's expressions; rows for which first or last, NOT NULL before, would be NULL refuse it",
        "split_column":
            "fullName are filled by the plan's expressions; rows for which fullName, NOT NULL before, would be NULL refuse it",
        "move_relation": "nothing is linked to refuse it, since Profile.userId was NOT NULL",
        "link_table": "the first row of Post with a second link is the point of no return",
        "rename_table": "no row is lost; columns added to UserProfile since are not in the view of the old name",
        "drop_column":
            "rows added since have no value in userId, and refuse rollback of expand, since it was NOT NULL; rows that point to rows deleted since refuse it",
        "drop_table": "rows that point to rows deleted since refuse it",
        "custom": "it runs the plan's own undo, and Crossfade counts nothing of what that would lose",
        "move_columns": "without a row in",
        "extract_table": "without a row in",
        "changes": "until purge rollback can undo contract: ",
    ]

    @Test(arguments: KindRecording.cases)
    func `confirmation, preview and status say it`(_ test: KindCase) async throws {
        let expected = try #require(Self.words[test.kind])
        let words = try await KindRecording.of(test).words
        #expect(words.statusAtFirst == nil)
        #expect(words.preview.contains(expected), "\(words.preview)")
        #expect(words.refusal?.contains(words.preview) == true, "\(words.refusal ?? ""): \(words.preview)")
        // After contract, too, where there is something to come back from.
        #expect(words.status.count == (test.furthest == "contract" ? 2 : 1))
        for status in words.status { #expect(status == words.preview) }
    }

    @Test(.scratchDatabase)
    func `several changes are named each`() async throws {
        let test = try #require(KindCase.lists.first)
        let fixture = try Fixture(schema: test.schema, plan: test.plan())
        let blueprint = try #require(try await fixture.blueprint() as? ChangeListBlueprint)
        for member in blueprint.members {
            #expect(blueprint.words.afterContract.contains("\(member.line): "), "\(blueprint.words.afterContract)")
        }
    }
}
