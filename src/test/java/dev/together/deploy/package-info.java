/** Checks what {@code deploy/} says, without a cluster and without a container engine. */
@NullMarked
@CheckReturnValue
package dev.together.deploy;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
