import Foundation
import Testing

@testable import Workflow

/// Whose approval counts, and until when.
struct ApprovalTests {
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func approval(
        by approver: String = "berta",
        as role: String = "berta_db",
        memberOf: Set<String> = [],
        hoursAgo: Double = 1,
        withdrawn: Bool = false,
        ordinal: Int64 = 10,
        change: String = "c",
        check: String = "k",
        steps: String = "s"
    ) -> GateFacts.Approval {
        GateFacts.Approval(
            approver: approver,
            role: role,
            memberOf: memberOf,
            givenAt: Self.now.addingTimeInterval(-hoursAgo * 3600),
            withdrawnAt: withdrawn ? Self.now : nil,
            ordinal: ordinal,
            changeDigest: change,
            checkDigest: check,
            stepsDigest: steps
        )
    }

    private func result(_ rule: ApprovalRule, _ approvals: [GateFacts.Approval]) -> RequirementResult {
        var facts = GateFacts(now: Self.now, run: Run())
        (facts.author, facts.authorRole) = ("anna", "anna_db")
        (facts.changeDigest, facts.checkDigest, facts.approvalsVoidedAt) = ("c", "k", 5)
        (facts.steps, facts.approveCommand) = (
            GateFacts.Steps(files: ["5_contract.sql"], digest: "s"), "crossfade approve p contract"
        )
        facts.approvals = approvals
        return Gate.approval(rule, facts)
    }

    @Test func `a person who approves twice is one person`() {
        let twice = [approval(as: "a"), approval(as: "b")]
        #expect(result(ApprovalRule(count: 2), twice).verdict == .waiting)
        #expect(result(ApprovalRule(count: 2), twice + [approval(by: "carl")]).verdict == .open)
    }

    @Test func `what an approval was given for must be what there is`() {
        for (stale, reason) in [
            (approval(change: "d"), "is of an earlier form of the plan"),
            (approval(check: "l"), "was given on other checks than those of now"),
            (
                approval(steps: "t"),
                "is of other steps than those of 5_contract.sql now: crossfade approve p contract"
            ),
            (approval(ordinal: 4), "was given before a check failed, rows were repaired or a phase was undone"),
            (approval(withdrawn: true), "was withdrawn at"),
        ] {
            let result = result(ApprovalRule(), [stale])
            #expect(result.verdict == .waiting)
            #expect(result.reason.hasPrefix("0 of 1 approvals; the approval of berta \(reason)"), "\(result.reason)")
        }
    }

    @Test func `an approval ends when its time is over, to the second`() {
        let rule = ApprovalRule(expires: .seconds(7200))
        #expect(result(rule, [approval(hoursAgo: 1.99)]).verdict == .open)
        let ended = result(rule, [approval(hoursAgo: 2)])
        #expect(ended.verdict == .waiting)
        #expect(ended.reason.contains("expired at 2027-01-15T08:00:00Z"), "\(ended.reason)")
    }

    @Test func `where a role is asked for, the sessions' roles are counted and not the claimed names`() {
        let rule = ApprovalRule(count: 2, role: "dba")
        let member = approval(memberOf: ["dba"])
        let claimed = approval(by: "carl", memberOf: ["dba"])
        let one = result(rule, [member, claimed])
        #expect(one.verdict == .waiting)
        #expect(one.reason == "1 of 2 approvals by members of dba (berta_db)")
        #expect(result(rule, [member, approval(as: "carl_db", memberOf: ["dba"])]).verdict == .open)
        let stranger = result(rule, [approval(as: "carl_db", memberOf: ["ops"])])
        #expect(stranger.reason.hasSuffix("the approval of berta, as carl_db, is not one of a member of dba"))
    }

    @Test func `the author is known by name, and where roles count by role`() {
        #expect(result(ApprovalRule(notAuthor: true), [approval(by: "anna")]).verdict == .waiting)
        let renamed = approval(by: "somebody", as: "anna_db", memberOf: ["dba"])
        #expect(result(ApprovalRule(notAuthor: true), [renamed]).verdict == .open)
        #expect(result(ApprovalRule(notAuthor: true, role: "dba"), [renamed]).verdict == .waiting)
        #expect(result(ApprovalRule(role: "dba"), [renamed]).verdict == .open)
    }
}
