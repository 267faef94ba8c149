//! Tests of the contract of every engine, through the public interface of the crate.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic, like the tests")]

mod agreement;
mod augmentation;
mod determinism;
#[path = "../naive/mod.rs"]
mod naive;
mod prediction;
mod recipe;
mod setup;
mod training;

/// Generates the tests of all engines from modules and the names of the contracts in them.
macro_rules! contract {
    ($($module:ident { $($name:ident)* })*) => {
        mod native {
            use danas_model::NativeEngine;
            $($(#[test] fn $name() { crate::$module::$name(&NativeEngine::new()); })*)*
        }
        #[cfg(feature = "torch")]
        mod torch {
            use danas_model::TorchEngine;
            $($(#[test] fn $name() { crate::$module::$name(&TorchEngine::cpu()); })*)*
        }
    };
}

contract! {
    determinism {
        a_seed_decides_every_bit
    }
    augmentation {
        a_seed_decides_every_bit_of_an_altered_training
        engines_learn_from_the_copies_that_the_training_tells
        the_examples_of_the_next_epoch_are_altered_otherwise
        shifts_teach_what_is_shifted
        every_version_is_learned_from
    }
    training {
        what_can_be_learned_is_learned
        a_training_that_diverges_says_when
        weights_that_overflow_in_the_last_step_are_a_divergence
        validation_tells_of_the_weights_after_each_epoch
        validation_changes_nothing_but_the_record
        the_best_weights_are_those_of_the_best_epoch
        a_checkpoint_sees_what_a_shorter_training_leaves
        patience_ends_a_training_and_the_rest_is_as_before
        a_constant_classifier_ends_early_with_or_without_validation
        every_epoch_is_observed_and_a_condition_ends_a_training
        a_training_whose_time_is_over_fails
        settings_that_compare_epochs_need_validation
    }
    prediction {
        a_model_rebuilt_from_its_parts_predicts_the_same
        predictions_scale_as_the_training_did
        a_large_set_is_predicted_as_its_parts
        features_that_cannot_be_predicted_are_refused
    }
    recipe {
        a_budget_of_steps_ends_with_exactly_that_step
        an_epoch_cut_short_is_validated_as_all_others
        steps_follow_the_schedule
        kernels_decay_and_nothing_else
        averaged_weights_are_the_average_of_the_steps
        a_training_starts_from_its_initialisation
        dropout_of_the_head_is_of_training_alone
        every_setting_together_learns
    }
    agreement {
        one_step_follows_the_gradient
        one_step_through_every_kind_of_layer_follows_the_gradient
        probabilities_are_those_of_the_documented_layouts
        probabilities_of_every_kind_of_layer_are_naive
        predictions_of_every_kind_of_layer_are_keras
        moving_statistics_move_and_dropout_changes_a_training
    }
}
