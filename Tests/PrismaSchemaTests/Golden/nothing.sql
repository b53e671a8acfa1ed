-- DropForeignKey
ALTER TABLE "base"."Profile" DROP CONSTRAINT "Profile_userId_fkey";

-- DropForeignKey
ALTER TABLE "base"."_LabelToLine" DROP CONSTRAINT "_LabelToLine_A_fkey";

-- DropForeignKey
ALTER TABLE "base"."_LabelToLine" DROP CONSTRAINT "_LabelToLine_B_fkey";

-- DropForeignKey
ALTER TABLE "base"."_friends" DROP CONSTRAINT "_friends_A_fkey";

-- DropForeignKey
ALTER TABLE "base"."_friends" DROP CONSTRAINT "_friends_B_fkey";

-- DropForeignKey
ALTER TABLE "base"."users" DROP CONSTRAINT "tree_key";

-- DropForeignKey
ALTER TABLE "shop"."Line" DROP CONSTRAINT "Line_orderA_orderB_fkey";

-- DropForeignKey
ALTER TABLE "shop"."Order" DROP CONSTRAINT "Order_userEmail_fkey";

-- DropTable
DROP TABLE "base"."Label";

-- DropTable
DROP TABLE "base"."Profile";

-- DropTable
DROP TABLE "base"."_LabelToLine";

-- DropTable
DROP TABLE "base"."_friends";

-- DropTable
DROP TABLE "base"."users";

-- DropTable
DROP TABLE "shop"."Line";

-- DropTable
DROP TABLE "shop"."Order";

-- DropTable
DROP TABLE "shop"."Tag";

-- DropEnum
DROP TYPE "base"."user_role";
