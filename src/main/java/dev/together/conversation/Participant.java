package dev.together.conversation;

import java.time.Instant;
import java.util.UUID;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** Somebody who takes part in a shared conversation, as {@code owner} or as {@code member}. */
@Entity
@Table(name = "conversations_participants")
@IdClass(Participant.Key.class)
@RegisterForReflection
@JsonPropertyOrder({ "user_id", "role", "joined_at" })
class Participant {

    static final String OWNER = "owner";
    static final String MEMBER = "member";

    @Id
    @ManyToOne(optional = false)
    @JoinColumn(name = "conversation_id")
    @JsonIgnore
    public Conversation conversation;

    @Id
    @Column(name = "user_id")
    public UUID userId;

    public String role;

    @Column(name = "joined_at")
    public Instant joinedAt;

    @SuppressWarnings("NullAway") // filled by Hibernate
    Participant() {
    }

    Participant(Conversation conversation, UUID userId, String role, Instant joinedAt) {
        this.conversation = conversation;
        this.userId = userId;
        this.role = role;
        this.joinedAt = joinedAt;
    }

    /** The table's primary key. */
    record Key(UUID conversation, UUID userId) {
    }
}
