package dev.together;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Function;
import java.util.stream.Collectors;

import jakarta.ws.rs.Path;

import org.hibernate.reactive.mutiny.Mutiny.SessionFactory;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import io.smallrye.mutiny.Uni;

/** What stays true of the code as a whole. */
class StructureTest {

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.together");

    private static final String[] FEATURES = { "dev.together.assistant..", "dev.together.conversation..",
            "dev.together.message..",
            "dev.together.realtime.." };

    /** Besides the stores: what writes and reads within their transactions, and what asks whether the database is there. */
    private static final String STORES = ".*(Store|EventSource|Events|ConversationEventWriter|ConversationTransactions|OutboxRelay|ops\\.(Ready|DatabaseEncoding))(\\$.*)?";

    @Test
    void packages_form_no_cycle() {
        slices().matching("dev.together.(*)..").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void what_events_pass_through_knows_no_feature() {
        noClasses().that().resideInAnyPackage("dev.together.event..", "dev.together.channel..", "dev.together.broker..",
                "dev.together.outbox..")
                .should().dependOnClassesThat().resideInAnyPackage(FEATURES).check(MAIN);
    }

    @Test
    void the_broker_knows_no_conversation_and_no_channel() {
        noClasses().that().resideInAPackage("dev.together.broker..").should().dependOnClassesThat()
                .haveNameMatching("dev.together.event.(StreamId|EventPosition|EventSource|EventRef|Gap|OutboxEntry).*")
                .orShould().dependOnClassesThat().resideInAnyPackage("dev.together.channel..", "dev.together.outbox..")
                .check(MAIN);
    }

    @Test
    void the_two_features_do_not_know_each_other() {
        noClasses().that().resideInAPackage("dev.together.conversation..")
                .should().dependOnClassesThat().resideInAPackage("dev.together.message..").check(MAIN);
        noClasses().that().resideInAPackage("dev.together.message..")
                .should().dependOnClassesThat().resideInAPackage("dev.together.conversation..").check(MAIN);
    }

    @Test
    void only_stores_speak_to_the_database() {
        noClasses().that().haveNameNotMatching(STORES)
                .should().dependOnClassesThat().haveFullyQualifiedName("io.vertx.mutiny.sqlclient.Pool")
                .orShould().dependOnClassesThat().haveFullyQualifiedName("io.vertx.mutiny.sqlclient.SqlConnection")
                .orShould().dependOnClassesThat().haveFullyQualifiedName("org.hibernate.reactive.mutiny.Mutiny$Session")
                .check(MAIN);
    }

    @Test
    void nobody_looks_up_a_session_in_a_context_that_may_be_of_another_request() {
        noClasses().that().doNotHaveSimpleName("ConversationTransactions")
                .should().dependOnClassesThat().haveFullyQualifiedName("io.quarkus.hibernate.reactive.panache.Panache")
                .orShould().dependOnClassesThat().haveSimpleName("PanacheRepositoryBase")
                .orShould().callMethod(SessionFactory.class, "withTransaction", Function.class)
                .orShould().callMethod(SessionFactory.class, "withSession", Function.class)
                .check(MAIN);
    }

    @Test
    void the_command_line_knows_nothing_of_the_server() {
        var cli = new ClassFileImporter().importPackages("dev.together.cli").that(not(simpleName("TogetherTest"))
                .and(not(belongTo(simpleName("TogetherTest")))));

        classes().should().onlyDependOnClassesThat().resideInAnyPackage("dev.together.cli", "java..", "javax.crypto..",
                "picocli", "com.fasterxml.jackson..", "org.jspecify..", "com.google.errorprone..").check(cli);
        noClasses().should().dependOnClassesThat().resideInAnyPackage("dev.together.cli", "picocli..").check(MAIN);
    }

    @Test
    void nobody_waits_on_a_thread() {
        noClasses().should().callMethod(Uni.class, "await")
                .orShould().callMethod(Thread.class, "sleep", long.class)
                .check(MAIN);
    }

    @Test
    void what_has_a_path_is_seen_by_http_alone() {
        classes().that().areAnnotatedWith(Path.class).should().bePackagePrivate().check(MAIN);
    }

    @Test
    void every_package_says_what_it_is_and_is_checked_for_null_and_for_forgotten_results() {
        var packages = MAIN.stream().map(type -> type.getPackage()).collect(Collectors.toSet());
        packages.add(new ClassFileImporter().importPackages("dev.together.cli").getPackage("dev.together.cli"));

        assertThat(packages).isNotEmpty().allMatch(found -> found.getPackageInfo() != null)
                .allMatch(found -> isAnnotated(found, NullMarked.class.getName()), "is @NullMarked")
                .allMatch(StructureTest::isCheckedForForgottenResults, "is @CheckReturnValue");
    }

    private static boolean isAnnotated(JavaPackage found, String annotation) {
        return found.getPackageInfo().isAnnotatedWith(annotation);
    }

    private static boolean isCheckedForForgottenResults(JavaPackage found) {
        return isAnnotated(found, "com.google.errorprone.annotations.CheckReturnValue");
    }
}
