-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "base";

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "shop";

-- CreateExtension
CREATE EXTENSION IF NOT EXISTS "citext";

-- CreateExtension
CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA "base" VERSION '1.1';

-- CreateEnum
CREATE TYPE "base"."user_role" AS ENUM ('ADMIN', 'MEMBER');

-- CreateTable
CREATE TABLE "base"."users" (
    "user_id" SERIAL NOT NULL,
    "email" CITEXT NOT NULL,
    "role" "base"."user_role" NOT NULL DEFAULT 'ADMIN',
    "roles" "base"."user_role"[] DEFAULT ARRAY['ADMIN', 'MEMBER']::"base"."user_role"[],
    "tags" TEXT[] DEFAULT ARRAY['a', 'it''s']::TEXT[],
    "parentId" INTEGER,
    "createdAt" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,
    "secret" TEXT,
    "place" point,

    CONSTRAINT "users_id" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "base"."Profile" (
    "userId" INTEGER NOT NULL,
    "bytes" BYTEA NOT NULL DEFAULT '\x68656c6c6f',
    "json" JSONB NOT NULL DEFAULT '{"a": [1]}',
    "price" DECIMAL(10,2) NOT NULL DEFAULT 1.50,
    "ratio" DOUBLE PRECISION NOT NULL DEFAULT -0.5,
    "big" BIGINT NOT NULL DEFAULT 9007199254740993,
    "flag" BOOLEAN NOT NULL DEFAULT true,
    "born" TIMESTAMP(0) NOT NULL DEFAULT '2018-01-27 08:00:00.500 +00:00',
    "key" UUID NOT NULL DEFAULT gen_random_uuid(),
    "other" TEXT NOT NULL,
    "cuid" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "shop"."Order" (
    "a" SMALLINT NOT NULL,
    "b" VARCHAR(10) NOT NULL,
    "userEmail" CITEXT NOT NULL,
    "id" BIGSERIAL NOT NULL,

    CONSTRAINT "Order_pkey" PRIMARY KEY ("a","b")
);

-- CreateTable
CREATE TABLE "shop"."Line" (
    "id" INTEGER NOT NULL,
    "orderA" SMALLINT NOT NULL,
    "orderB" VARCHAR(10) NOT NULL,

    CONSTRAINT "Line_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop"."Tag" (
    "id" INTEGER NOT NULL,

    CONSTRAINT "Tag_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "base"."Label" (
    "name" CHAR(3) NOT NULL,

    CONSTRAINT "Label_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "base"."_friends" (
    "A" INTEGER NOT NULL,
    "B" INTEGER NOT NULL,

    CONSTRAINT "_friends_AB_pkey" PRIMARY KEY ("A","B")
);

-- CreateTable
CREATE TABLE "base"."_LabelToLine" (
    "A" CHAR(3) NOT NULL,
    "B" INTEGER NOT NULL,

    CONSTRAINT "_LabelToLine_AB_pkey" PRIMARY KEY ("A","B")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_email_key" ON "base"."users"("email");

-- CreateIndex
CREATE INDEX "old_name" ON "base"."users"("createdAt" DESC, "email");

-- CreateIndex
CREATE INDEX "users_tags_idx" ON "base"."users" USING GIN ("tags" array_ops);

-- CreateIndex
CREATE INDEX "email_pattern" ON "base"."users"("email" citext_pattern_ops);

-- CreateIndex
CREATE UNIQUE INDEX "Profile_userId_key" ON "base"."Profile"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "key_big" ON "base"."Profile"("key", "big") WHERE (flag);

-- CreateIndex
CREATE UNIQUE INDEX "Profile_flag_key" ON "base"."Profile"("flag") WHERE ("flag" = true AND "json" IS NOT NULL);

-- CreateIndex
CREATE UNIQUE INDEX "Order_id_key" ON "shop"."Order"("id");

-- CreateIndex
CREATE UNIQUE INDEX "Order_b_a_key" ON "shop"."Order"("b", "a");

-- CreateIndex
CREATE INDEX "_friends_B_index" ON "base"."_friends"("B");

-- CreateIndex
CREATE INDEX "_LabelToLine_B_index" ON "base"."_LabelToLine"("B");

-- AddForeignKey
ALTER TABLE "base"."users" ADD CONSTRAINT "tree_key" FOREIGN KEY ("parentId") REFERENCES "base"."users"("user_id") ON DELETE SET NULL ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "base"."Profile" ADD CONSTRAINT "Profile_userId_fkey" FOREIGN KEY ("userId") REFERENCES "base"."users"("user_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shop"."Order" ADD CONSTRAINT "Order_userEmail_fkey" FOREIGN KEY ("userEmail") REFERENCES "base"."users"("email") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shop"."Line" ADD CONSTRAINT "Line_orderA_orderB_fkey" FOREIGN KEY ("orderA", "orderB") REFERENCES "shop"."Order"("a", "b") ON DELETE CASCADE ON UPDATE SET DEFAULT;

-- AddForeignKey
ALTER TABLE "base"."_friends" ADD CONSTRAINT "_friends_A_fkey" FOREIGN KEY ("A") REFERENCES "base"."users"("user_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "base"."_friends" ADD CONSTRAINT "_friends_B_fkey" FOREIGN KEY ("B") REFERENCES "base"."users"("user_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "base"."_LabelToLine" ADD CONSTRAINT "_LabelToLine_A_fkey" FOREIGN KEY ("A") REFERENCES "base"."Label"("name") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "base"."_LabelToLine" ADD CONSTRAINT "_LabelToLine_B_fkey" FOREIGN KEY ("B") REFERENCES "shop"."Line"("id") ON DELETE CASCADE ON UPDATE CASCADE;
