#!/bin/sh
# A cross-validation as a Slurm array: a task per fold, each on whatever node is free.
#
#   sbatch --array=1-10 slurm.sh reviews.csv --encoders encoders
#   starling crossvalidate reviews.csv --encoders encoders --merge pieces      # when all have ended
#
# A task that is requeued (a node that fails, a preemption, "scontrol requeue") goes on from the state that it left beside
# the pieces; one that has left its piece ends at once. Submit the same again for what is missing.
#SBATCH --job-name=starling
#SBATCH --array=1-10
#SBATCH --cpus-per-task=1
#SBATCH --requeue
#SBATCH --open-mode=append
set -eu
# "exec", so that Slurm's SIGTERM reaches starling, which then saves its state.
exec ${STARLING:-npx starling} crossvalidate "$@" --fold auto --pieces "${PIECES:-pieces}" \
  --threads "${SLURM_CPUS_PER_TASK:-1}"
